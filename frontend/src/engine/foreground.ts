/** Foreground colour for composites: in the band a pixel is a mixture with the old background, which would shine
 * through on any other. An estimate from what surely is foreground and background nearby, blended by the equation of
 * matting (Forte 2021, "Approximate fast foreground colour estimation"), on cells instead of pixels: cheap enough to be
 * made anew under the brush. Exports use `models.matting`; this is for the eye alone. */
import { clipBox, type Box, type Plane } from './planes'

const CELL = 8
/** Cells looked at round a pixel's own; further only where those say nothing. */
const RINGS = [2, 6] as const
/** How far a changed pixel changes the estimate of others. */
export const REACH = (RINGS[1] + 1) * CELL

/** Sums over a cell: foreground's R, G, B and weight, background's the same. */
const SUMS = 8
const ENOUGH = 0.5

/** What is nearly opaque tells most of the foreground: a half transparent pixel is as much background. */
const WEIGHT = Float32Array.from({ length: 256 }, (_, alpha) => (alpha / 255) ** 4)

interface Cells {
  left: number
  top: number
  across: number
  down: number
  sums: Float32Array
}

/** Pixels of the box as foreground with the matte as opacity. `image` is the frame, R, G, B, A in memory. */
export function cutOut(pixels: Uint32Array, image: Uint32Array, matte: Plane, box: Box): void {
  const band = plain(pixels, image, matte, box)
  if (!band) return
  const { width, data } = matte
  const cells = gather(image, matte, band)
  const known: (Float32Array | undefined)[] = new Array<undefined>(cells.across * cells.down).fill(undefined)
  for (let y = band.top; y < band.bottom; y++)
    for (let x = band.left, at = y * width + x; x < band.right; x++, at++) {
      const alpha = data[at]!
      if (alpha === 0 || alpha === 255) continue
      const place = Math.floor((y - cells.top) / CELL) * cells.across + Math.floor((x - cells.left) / CELL)
      pixels[at] = blend(image[at]!, alpha, (known[place] ??= around(cells, place)))
    }
}

/** What needs no estimate; returns the box of what does. */
function plain(pixels: Uint32Array, image: Uint32Array, { width, data }: Plane, box: Box): Box | null {
  const band = { left: box.right, top: box.bottom, right: box.left, bottom: box.top }
  for (let y = box.top; y < box.bottom; y++)
    for (let x = box.left, at = y * width + x; x < box.right; x++, at++) {
      const alpha = data[at]!
      if (alpha === 0) pixels[at] = 0
      else if (alpha === 255) pixels[at] = image[at]! | 0xff000000
      else {
        if (x < band.left) band.left = x
        if (x >= band.right) band.right = x + 1
        if (y < band.top) band.top = y
        band.bottom = y + 1
      }
    }
  return band.left < band.right ? band : null
}

/** On a grid of the whole picture, so that a part made anew fits the rest. */
function gather(image: Uint32Array, { width, height, data }: Plane, box: Box): Cells {
  const near = clipBox({ left: box.left - REACH, top: box.top - REACH, right: box.right + REACH, bottom: box.bottom + REACH }, width, height)!
  const [left, top] = [near.left - (near.left % CELL), near.top - (near.top % CELL)]
  const across = Math.ceil((near.right - left) / CELL)
  const down = Math.ceil((near.bottom - top) / CELL)
  const sums = new Float32Array(across * down * SUMS)
  // Whole cells: a cell cut by the box would say something else than when all is made.
  const [right, bottom] = [Math.min(width, left + across * CELL), Math.min(height, top + down * CELL)]
  // One of four pixels tells as much of a colour as all of them.
  for (let y = top; y < bottom; y += 2) {
    const row = Math.floor((y - top) / CELL) * across
    for (let x = left, at = y * width + left; x < right; x += 2, at += 2) {
      const to = (row + Math.floor((x - left) / CELL)) * SUMS
      const alpha = data[at]!
      if (alpha) add(sums, to, image[at]!, WEIGHT[alpha]!)
      if (alpha < 255) add(sums, to + 4, image[at]!, WEIGHT[255 - alpha]!)
    }
  }
  return { left, top, across, down, sums }
}

function add(sums: Float32Array, to: number, ink: number, weight: number): void {
  sums[to] = sums[to]! + (ink & 255) * weight
  sums[to + 1] = sums[to + 1]! + ((ink >> 8) & 255) * weight
  sums[to + 2] = sums[to + 2]! + ((ink >> 16) & 255) * weight
  sums[to + 3] = sums[to + 3]! + weight
}

/** Mean foreground and background round a cell; the weights tell whether anything is known. */
function around({ across, down, sums }: Cells, place: number): Float32Array {
  const [cx, cy] = [place % across, Math.floor(place / across)]
  const found = new Float32Array(SUMS)
  for (const half of [0, 4])
    for (const ring of RINGS) {
      found.fill(0, half, half + 4)
      for (let y = Math.max(0, cy - ring); y <= Math.min(down - 1, cy + ring); y++)
        for (let x = Math.max(0, cx - ring); x <= Math.min(across - 1, cx + ring); x++) {
          const from = (y * across + x) * SUMS + half
          for (let c = 0; c < 4; c++) found[half + c] = found[half + c]! + sums[from + c]!
        }
      const weight = found[half + 3]!
      for (let c = 0; c < 3; c++) found[half + c] = weight ? found[half + c]! / weight : 0
      if (weight >= ENOUGH) break
    }
  return found
}

/** F + α (I − α F − (1 − α) B): the estimate, mended by what the pixel itself says. */
function blend(ink: number, alpha: number, near: Float32Array): number {
  if (near[3]! < ENOUGH) return (ink & 0xffffff) | (alpha << 24)
  const share = alpha / 255
  const sure = near[7]! >= ENOUGH
  let out = alpha << 24
  for (let c = 0; c < 3; c++) {
    const seen = (ink >> (8 * c)) & 255
    const fore = near[c]!
    const back = sure ? near[4 + c]! : seen
    const value = Math.round(fore + share * (seen - share * fore - (1 - share) * back))
    out |= (value < 0 ? 0 : value > 255 ? 255 : value) << (8 * c)
  }
  return out
}
