/** What a closed line holds, drawn into a plane with an edge as smooth as pixels allow. Integer results, from sums,
 * products and quotients alone: the same line gives the same bytes anywhere. */
import { clipBox, copyPlane, type Plane } from './planes'
import type { Place } from './said'

/** Lines looked at within a row of pixels; along a row the share is exact. */
const LINES = 16

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
  const shares = new Float64Array(width + 1)
  for (let y = box.top; y < box.bottom; y++) {
    shares.fill(0, box.left, box.right + 1)
    for (let line = 0; line < LINES; line++) addSpans(shares, crossings[(y - box.top) * LINES + line]!, width)
    for (let x = box.left, at = y * width + box.left; x < box.right; x++, at++) {
      const cover = Math.round((255 * shares[x]!) / LINES)
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
      found[line - first]!.push({ x: topX + (bottomX - topX) * share, way })
    }
  })
  for (const line of found) line.sort((a, b) => a.x - b.x)
  return found
}

function addSpans(shares: Float64Array, line: Crossing[], width: number): void {
  let turns = 0
  line.forEach(({ x, way }, place) => {
    turns += way
    if (turns) addSpan(shares, Math.max(0, x), Math.min(width, line[place + 1]?.x ?? x))
  })
}

function addSpan(shares: Float64Array, left: number, right: number): void {
  for (let x = Math.floor(left); x < right; x++) shares[x]! += Math.min(x + 1, right) - Math.max(x, left)
}
