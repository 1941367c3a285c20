/** One matte made into another by numbers: levels, islands, holes, outline, edge, feather, in this order. */
import { clipBox, inkBox, type Box, type Plane } from '../planes'
import { blurred, grown } from './morphology'
import { regionsOf } from './regions'

/** All in source pixels but for the levels. */
export interface Change {
  /** Alpha, 0–255, up to which is nothing, and from which on is all. */
  black: number
  white: number
  /** Pieces of fewer pixels are taken away, and holes of fewer filled. */
  islands: number
  holes: number
  /** How wide a corner of the outline is evened out. */
  smooth: number
  /** How far the edge moves outwards, or inwards; quarters count. */
  grow: number
  /** How wide the edge becomes. */
  feather: number
}

export const UNCHANGED: Readonly<Change> = { black: 0, white: 255, islands: 0, holes: 0, smooth: 0, grow: 0, feather: 0 }

const HALF = 128
/** Soft pixels so near to an island or a hole go with it. */
const RIM = 2
/** Pixels across which an edge rises once its outline is smooth. */
const EDGE = 1.5
const SQRT_TAU = 2.5066282746310002

export function isUnchanged(change: Change): boolean {
  return (Object.keys(UNCHANGED) as (keyof Change)[]).every((key) => change[key] === UNCHANGED[key])
}

/** The plane, changed; another one, also where nothing is to change. */
export function modified(plane: Plane, change: Change): Plane {
  const out = { ...plane, data: plane.data.slice() }
  const ink = inkBox(plane)
  const box = ink && clipBox(roomFor(ink, change), plane.width, plane.height)
  if (box) lay(out, box, changed(cut(plane, box), change).data)
  return out
}

/** What growing and blurring may reach. */
function roomFor(ink: Box, { smooth, grow, feather }: Change): Box {
  const room = Math.ceil(3 * smooth + Math.max(0, grow) + 3 * feather) + RIM
  return { left: ink.left - room, top: ink.top - room, right: ink.right + room, bottom: ink.bottom + room }
}

function changed(part: Plane, change: Change): Plane {
  const { width, height } = part
  let data = levelled(part.data, change.black, change.white)
  if (change.islands) data = without({ width, height, data }, change.islands)
  if (change.holes) data = filled({ width, height, data }, change.holes)
  if (change.smooth) data = smoothed({ width, height, data }, change.smooth)
  if (change.grow) data = grown(data, width, height, change.grow)
  if (change.feather) data = Uint8Array.from(blurred(data, width, height, change.feather / 2), Math.round)
  return { width, height, data }
}

function levelled(data: Uint8Array, black: number, white: number): Uint8Array {
  if (black === UNCHANGED.black && white === UNCHANGED.white) return data
  const range = Math.max(1, white - black)
  const table = Uint8Array.from({ length: 256 }, (_, alpha) => Math.min(255, Math.max(0, Math.round(((alpha - black) * 255) / range))))
  return data.map((alpha) => table[alpha]!)
}

/** Without pieces of fewer than `least` pixels of half alpha and more, and without what of softness hangs on them. */
function without({ width, height, data }: Plane, least: number): Uint8Array {
  const kept = new Uint8Array(data.length)
  const gone = new Uint8Array(data.length)
  for (const { pixels } of regionsOf(width, height, (at) => data[at]! >= HALF))
    for (const at of pixels) (pixels.length < least ? gone : kept)[at] = 1
  const [near, held] = [grown(gone, width, height, RIM), grown(kept, width, height, RIM)]
  return data.map((alpha, at) => (near[at] && !held[at] ? 0 : alpha))
}

/** With holes of fewer than `least` pixels filled, and what of softness rings them; what the border cuts is no hole. */
function filled({ width, height, data }: Plane, least: number): Uint8Array {
  const holes = new Uint8Array(data.length)
  for (const { pixels, open } of regionsOf(width, height, (at) => data[at]! < HALF))
    if (!open && pixels.length < least) for (const at of pixels) holes[at] = 1
  const near = grown(holes, width, height, RIM)
  return data.map((alpha, at) => (holes[at] || (near[at] && alpha >= HALF) ? 255 : alpha))
}

/** The outline of half alpha evened out by a blur that is then made steep again. */
function smoothed({ width, height, data }: Plane, wide: number): Uint8Array {
  const deviation = wide / 2
  const steep = Math.max(1, (deviation * SQRT_TAU) / EDGE)
  return Uint8Array.from(blurred(data, width, height, deviation), (alpha) => Math.min(255, Math.max(0, Math.round(127.5 + (alpha - 127.5) * steep))))
}

function cut(plane: Plane, { left, top, right, bottom }: Box): Plane {
  const [width, height] = [right - left, bottom - top]
  const data = new Uint8Array(width * height)
  for (let y = 0; y < height; y++) {
    const from = (top + y) * plane.width + left
    data.set(plane.data.subarray(from, from + width), y * width)
  }
  return { width, height, data }
}

function lay(plane: Plane, { left, top, right, bottom }: Box, data: Uint8Array): void {
  const width = right - left
  for (let y = top; y < bottom; y++) plane.data.set(data.subarray((y - top) * width, (y - top + 1) * width), y * plane.width + left)
}
