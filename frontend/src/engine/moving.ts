/** A matte moved by whole pixels: what leaves the picture is gone, what comes in is empty. */
import { emptyPlane, type Plane } from './planes'

export function moved(plane: Plane, dx: number, dy: number): Plane {
  const { width, height, data } = plane
  const out = emptyPlane(width, height)
  const [from, to] = [Math.max(0, -dx), Math.min(width, width - dx)]
  if (from >= to) return out
  for (let y = Math.max(0, -dy); y < Math.min(height, height - dy); y++)
    out.data.set(data.subarray(y * width + from, y * width + to), (y + dy) * width + from + dx)
  return out
}
