/** Filling a plane: a region of like alpha from one place on, or the holes of what is there. Round what is filled lies the
 * soft edge of what bounds it: it is filled as far as it rises, or a dark seam would stay. */
import { copyPlane, type Plane } from './planes'

const HALF = 128

type Mark = Uint8Array
type Holds = (at: number) => boolean

/** The plane with the region at (x, y) added or taken away: what hangs together with that place, side by side, and differs
 * from its alpha by no more than `tolerance`. */
export function withRegion(plane: Plane, x: number, y: number, inside: boolean, tolerance: number): Plane {
  // What is taken away is what is added where all is turned round.
  const { width, height, data } = inside ? plane : turned(plane)
  const from = data[y * width + x]!
  const region = flood(plane, [y * width + x], (at) => Math.abs(data[at]! - from) <= tolerance)
  const filled = raised({ width, height, data }, region)
  return inside ? filled : turned(filled)
}

/** The plane with all holes filled of the piece at (x, y) or, where a hole is there, with that hole filled. */
export function withoutHolesAt(plane: Plane, x: number, y: number): Plane {
  const { width, data } = plane
  const at = y * width + x
  if (data[at]! >= HALF) return raised(plane, enclosed(plane, flood(plane, [at], (other) => data[other]! >= HALF, true)))
  const hole = flood(plane, [at], (other) => data[other]! < HALF)
  return border(plane).some((other) => hole[other]) ? copyPlane(plane) : raised(plane, hole)
}

/** The plane with every hole filled. */
export function withoutHoles(plane: Plane): Plane {
  return raised(plane, enclosed(plane, plane.data.map((alpha) => (alpha >= HALF ? 1 : 0)))) // prettier-ignore
}

/** Places from which nobody comes to the border without crossing the piece. */
function enclosed(plane: Plane, piece: Mark): Mark {
  const free = (at: number) => !piece[at]
  const outside = flood(plane, border(plane).filter(free), free)
  return outside.map((out, at) => (out || piece[at] ? 0 : 1))
}

function border({ width, height }: Plane): number[] {
  const columns = Array.from({ length: width }, (_, x) => [x, (height - 1) * width + x])
  const rows = Array.from({ length: height }, (_, y) => [y * width, y * width + width - 1])
  return [...columns, ...rows].flat()
}

function flood(plane: Plane, starts: number[], holds: Holds, slanting = false): Mark {
  const seen = new Uint8Array(plane.data.length)
  for (const at of starts) seen[at] = 1
  spread(plane, Int32Array.from(starts), seen, slanting, (_, next) => holds(next))
  return seen
}

/** All of the region full, and of the edge round it what rises from there on: its top, which bounds it, stays as it is. */
function raised(plane: Plane, region: Mark): Plane {
  const { data } = plane
  const filled = copyPlane(plane)
  const mark = region.slice()
  const isEdge = (at: number) => isNear(plane, at, (next) => !region[next])
  const hasHigher = (at: number) => isNear(plane, at, (next) => data[next]! > data[at]!)
  const starts: number[] = []
  for (let at = 0; at < data.length; at++) if (region[at] && isEdge(at)) starts.push(at)
  spread(plane, Int32Array.from(starts), mark, true, (at, next) => data[next]! > data[at]! && hasHigher(next))
  for (let at = 0; at < data.length; at++) if (mark[at]) filled.data[at] = 255
  return filled
}

/** Mark all places that are come to from the first ones by steps that may be taken. */
function spread(plane: Plane, first: Int32Array, seen: Mark, slanting: boolean, may: (at: number, next: number) => boolean): void {
  const queue = new Int32Array(plane.data.length)
  const near = new Int32Array(8)
  queue.set(first)
  for (let [place, end] = [0, first.length]; place < end; place++) {
    const at = queue[place]!
    const count = lookAround(plane, at, slanting, near)
    for (let one = 0; one < count; one++) {
      const next = near[one]!
      if (seen[next] || !may(at, next)) continue
      seen[next] = 1
      queue[end++] = next
    }
  }
}

function isNear(plane: Plane, at: number, holds: Holds): boolean {
  const count = lookAround(plane, at, true, looked)
  for (let one = 0; one < count; one++) if (holds(looked[one]!)) return true
  return false
}

/** One list for all looks: a new one for each pixel takes longer than all the rest. */
const looked = new Int32Array(8)

/** Put the neighbours of a place into `near`; returns how many there are. */
function lookAround({ width, height }: Plane, at: number, slanting: boolean, near: Int32Array): number {
  const x = at % width
  const y = (at - x) / width
  let count = 0
  for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++)
    for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++)
      if ((nx !== x || ny !== y) && (slanting || nx === x || ny === y)) near[count++] = ny * width + nx
  return count
}

function turned(plane: Plane): Plane {
  return { ...plane, data: plane.data.map((alpha) => 255 - alpha) }
}
