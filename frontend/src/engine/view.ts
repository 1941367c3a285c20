/** Zoom and pan: source pixels ↔ screen pixels. Mask maths never sees them. */
import { clamp } from './clamp'

export const MAX_SCALE = 32
export const MIN_SCALE = 0.05

export interface Point {
  x: number
  y: number
}

/** `scale` screen pixels a source pixel (times `aspect` across, for pixels that are not square); (x, y) is where the
 * source's corner stands on the screen. */
export interface View {
  scale: number
  aspect: number
  x: number
  y: number
}

export function toScreen(view: View, point: Point): Point {
  return { x: view.x + point.x * view.scale * view.aspect, y: view.y + point.y * view.scale }
}

export function toSource(view: View, point: Point): Point {
  return { x: (point.x - view.x) / (view.scale * view.aspect), y: (point.y - view.y) / view.scale }
}

/** The view that shows the whole picture with a margin. */
export function fit(width: number, height: number, screen: { width: number; height: number }, aspect = 1, margin = 12): View {
  const room = { width: Math.max(1, screen.width - 2 * margin), height: Math.max(1, screen.height - 2 * margin) }
  const scale = clamp(Math.min(room.width / (width * aspect), room.height / height), MIN_SCALE, MAX_SCALE)
  return centre({ scale, aspect, x: 0, y: 0 }, width, height, screen)
}

export function centre(view: View, width: number, height: number, screen: { width: number; height: number }): View {
  return {
    ...view,
    x: (screen.width - width * view.scale * view.aspect) / 2,
    y: (screen.height - height * view.scale) / 2,
  }
}

/** Zoom by `factor`, keeping what is under the pointer there. */
export function zoomAt(view: View, at: Point, factor: number): View {
  const scale = clamp(view.scale * factor, MIN_SCALE, MAX_SCALE)
  const held = toSource(view, at)
  return { ...view, scale, x: at.x - held.x * scale * view.aspect, y: at.y - held.y * scale }
}

export function pan(view: View, dx: number, dy: number): View {
  return { ...view, x: view.x + dx, y: view.y + dy }
}
