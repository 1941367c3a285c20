/** What a closed line holds, drawn into a plane with an edge as smooth as pixels allow. Integer results, from sums,
 * products and quotients alone: the same line gives the same bytes anywhere. */
import { clipBox, copyPlane, type Plane } from './planes'
import type { Place } from './said'

/** Lines looked at within a row of pixels, and places told apart along a pixel of it. */
const LINES = 16
const PLACES = 256

/** Where the outline crosses a line: 1 on its way down, -1 on its way up. */
interface Crossing {
  x: number
  way: 1 | -1
}

/** The plane with what the outline holds added, or taken away. A line that crosses itself holds what it goes round. */
export function withOutline(plane: Plane, places: readonly Place[], inside: boolean): Plane {
  const drawn = copyPlane(plane)
  const { width, height, data } = drawn
  const box = clipBox(boxOf(places), width, height)
  if (!box) return drawn
  const crossings = crossingsOf(places, box.top * LINES, box.bottom * LINES)
  const steps = new Float64Array(width + 2)
  for (let y = box.top; y < box.bottom; y++) {
    steps.fill(0)
    for (let line = 0; line < LINES; line++) addSpans(steps, crossings[(y - box.top) * LINES + line]!, width)
    let share = 0
    for (let x = box.left, at = y * width + box.left; x < box.right; x++, at++) {
      share += steps[x]!
      const cover = Math.round((255 * share) / LINES)
      const old = data[at]!
      if (cover) data[at] = Math.round(old + ((inside ? 255 - old : -old) * cover) / 255)
    }
  }
  return drawn
}

function boxOf(places: readonly Place[]) {
  const xs = places.map(([x]) => x)
  const ys = places.map(([, y]) => y)
  const low = (values: number[]) => values.reduce((a, b) => Math.min(a, b), Infinity)
  const high = (values: number[]) => values.reduce((a, b) => Math.max(a, b), -Infinity)
  return { left: low(xs), top: low(ys), right: high(xs), bottom: high(ys) }
}

/** By line, from `first` up to `end`, where the outline crosses the line's middle, from left to right. */
function crossingsOf(places: readonly Place[], first: number, end: number): Crossing[][] {
  const found: Crossing[][] = Array.from({ length: end - first }, () => [])
  places.forEach((from, place) => {
    const to = places[(place + 1) % places.length]!
    const [[topX, topY], [bottomX, bottomY], way] = from[1] < to[1] ? ([from, to, 1] as const) : ([to, from, -1] as const)
    const past = Math.min(end, Math.ceil(bottomY * LINES - 0.5))
    for (let line = Math.max(first, Math.ceil(topY * LINES - 0.5)); line < past; line++) {
      const share = ((line + 0.5) / LINES - topY) / (bottomY - topY)
      found[line - first]!.push({ x: Math.round((topX + (bottomX - topX) * share) * PLACES) / PLACES, way })
    }
  })
  for (const line of found) line.sort((a, b) => a.x - b.x)
  return found
}

/** The shares that a line has of its pixels, as steps from one pixel to the next. */
function addSpans(steps: Float64Array, line: Crossing[], width: number): void {
  let turns = 0
  for (const { x, way } of line) {
    if (turns === 0) addEdge(steps, x, 1, width)
    turns += way
    if (turns === 0) addEdge(steps, x, -1, width)
  }
}

/** From `x` on to the right there is one line more, or less. */
function addEdge(steps: Float64Array, x: number, more: 1 | -1, width: number): void {
  const within = Math.min(width, Math.max(0, x))
  const pixel = Math.floor(within)
  steps[pixel]! += more * (pixel + 1 - within)
  steps[pixel + 1]! += more * (within - pixel)
}
