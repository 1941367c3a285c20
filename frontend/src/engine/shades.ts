/** Planes as pixels to look at: tables and mixtures that no mask maths ever sees. Pixels are R, G, B, A in memory. */
import type { Box, Plane } from './planes'

export function rgba(red: number, green: number, blue: number, alpha = 255): number {
  return ((alpha << 24) | (blue << 16) | (green << 8) | red) >>> 0
}

/** #RRGGBB as the number whose bytes in memory are R, G, B, 0. */
export function littleEndian(colour: string): number {
  const value = parseInt(colour.slice(1), 16)
  return ((value & 0xff) << 16) | (value & 0xff00) | (value >> 16)
}

/** 0 … 255 as black, violet, red, orange, cream: what is nearly nothing and nearly all is told apart at a glance. */
export const HEAT = table((alpha) => {
  const stops = [[0, 0, 0], [64, 26, 115], [179, 56, 107], [242, 158, 51], [255, 255, 217]]
  const place = (alpha / 255) * (stops.length - 1)
  const low = Math.min(stops.length - 2, Math.floor(place))
  const [red, green, blue] = [0, 1, 2].map((c) => Math.round(stops[low]![c]! + (stops[low + 1]![c]! - stops[low]![c]!) * (place - low)))
  return rgba(red!, green!, blue!)
})

/** Nothing, unknown, all. */
export const TRIMAP = table((alpha) => (alpha === 0 ? rgba(0, 0, 0) : alpha === 255 ? rgba(255, 255, 255) : rgba(128, 128, 128)))

function table(of: (alpha: number) => number): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, alpha) => of(alpha))
}

/** Every pixel of the box as the table has it. */
export function look(pixels: Uint32Array, plane: Plane, table: Uint32Array, box: Box): void {
  const { data, width } = plane
  for (let y = box.top; y < box.bottom; y++)
    for (let at = y * width + box.left; at < y * width + box.right; at++) pixels[at] = table[data[at]!]!
}

/** How dark lies over the picture where there is nothing to compare: 72 %. */
const DIM = 184

const SHADE = 0.35
const EQUAL = table((alpha) => rgba(alpha * SHADE, alpha * SHADE, alpha * SHADE, DIM + ((255 - DIM) * alpha) / 255))

/** Red is lost since `before`, blue gained, grey equal; where neither has anything the picture shows through, dimmed. */
export function differ(pixels: Uint32Array, before: Plane, now: Plane, box: Box): void {
  const { width } = now
  for (let y = box.top; y < box.bottom; y++)
    for (let at = y * width + box.left; at < y * width + box.right; at++) {
      const old = before.data[at]!
      const fresh = now.data[at]!
      // Most of any two mattes.
      if (old === fresh) {
        pixels[at] = EQUAL[old]!
        continue
      }
      const same = Math.min(old, fresh) * SHADE
      const lost = Math.max(0, old - fresh) / 255
      const gained = Math.max(0, fresh - old) / 255
      const cover = DIM + ((255 - DIM) * Math.max(old, fresh)) / 255
      pixels[at] = rgba(same + 242 * lost + 108 * gained, same + 126 * lost + 168 * gained, same + 118 * lost + 242 * gained, cover)
    }
}

/** The greatest of all planes, inside the box; the plane itself where there is one alone. */
export function union(planes: readonly Plane[], into: Plane, box: Box): Plane {
  if (planes.length === 1) return planes[0]!
  const { data, width } = into
  for (let y = box.top; y < box.bottom; y++) {
    data.fill(0, y * width + box.left, y * width + box.right)
    for (const plane of planes)
      for (let at = y * width + box.left; at < y * width + box.right; at++) if (plane.data[at]! > data[at]!) data[at] = plane.data[at]!
  }
  return into
}
