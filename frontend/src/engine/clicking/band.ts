/** The matte after a mask changed, as `models.interaction.band` has it: solved in the band of what changed, and kept to
 * the bit everywhere else. The solver is the guided filter, the fastest of `models.matting`: the server's comes after. */
import { inkBox, type Box, type Plane } from '../planes'
import type { Cut } from './answering'
import { distances } from './distance'
import { guided } from './guided'
import type { Mask } from './reach'
import { rounded } from './view'

/** In radii of the band, from what changed: what is written, what is solved with it, what is looked at for that. */
const [WRITTEN, SOLVED, SEEN] = [2, 3, 12]
const UNKNOWN = 128
/** A band's that is solved in time for a hand: pixels of the box round it. */
const MOST = 700 * 700

/** `bound` are pixels that are person (255) or background (0) without a doubt. */
export function softened(cut: Cut, matte: Plane, before: Mask, after: Mask, bound: ReadonlyMap<number, number>): Plane {
  const data = matte.data.slice()
  const changed = { ...before, data: before.data.map((was, at) => +(was !== after.data[at])) }
  const ink = inkBox(changed)
  if (!ink) return { ...matte, data }
  const radius = bandRadius(matte.width, matte.height)
  const box = grown(ink, SEEN * radius, matte)
  const [old, now, same] = [before, after, changed].map((mask) => part(mask, box)) as [Part, Part, Part]
  const away = distances(same.data.map((differs) => 1 - differs), same.width, same.height) // prettier-ignore
  const [oldBand, newBand] = [band(old, radius), band(now, radius)]
  const placeOf = (at: number) => (box.top + Math.floor(at / now.width)) * matte.width + box.left + (at % now.width)
  const trimap = now.data.map((is, at) => bound.get(placeOf(at)) ?? (newBand[at] && away[at]! <= SOLVED * radius ? UNKNOWN : 255 * is))
  const solved = solvable(trimap, box) ? guided(cut(box), trimap) : null
  for (let at = 0; at < trimap.length; at++) {
    if (away[at]! > WRITTEN * radius || !(oldBand[at] || newBand[at] || same.data[at])) continue
    data[placeOf(at)] = solved ? solved[at]! : 255 * now.data[at]!
  }
  return { ...matte, data }
}

type Part = Mask

export function bandRadius(width: number, height: number): number {
  return Math.max(2, rounded(0.004 * Math.hypot(width, height)))
}

/** With one side missing there is nothing to solve by. */
function solvable(trimap: Uint8Array, { left, top, right, bottom }: Box): boolean {
  return (right - left) * (bottom - top) <= MOST && [0, UNKNOWN, 255].every((level) => trimap.includes(level))
}

/** Within `radius` of the mask's edge, on both sides. */
function band({ width, height, data }: Part, radius: number): Uint8Array {
  const inside = distances(data, width, height)
  const outside = distances(data.map((is) => 1 - is), width, height) // prettier-ignore
  return data.map((is, at) => +((is ? inside[at]! : outside[at]!) <= radius))
}

function grown({ left, top, right, bottom }: Box, by: number, { width, height }: Plane): Box {
  return { left: Math.max(0, left - by), top: Math.max(0, top - by), right: Math.min(width, right + by), bottom: Math.min(height, bottom + by) }
}

function part({ width, data }: Mask, { left, top, right, bottom }: Box): Part {
  const out = new Uint8Array((right - left) * (bottom - top))
  for (let y = top; y < bottom; y++) out.set(data.subarray(y * width + left, y * width + right), (y - top) * (right - left))
  return { width: right - left, height: bottom - top, data: out }
}
