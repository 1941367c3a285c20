/** Alpha by a colour guided filter, as `models.matting.guided`: in every window alpha is a linear function of colour,
 * fitted to what is known; the unknown stands at the nearest known side and speaks faintly. */
import { distances } from './distance'
import type { Picture } from './planes'

const RADIUS = 16
const EPSILON = 1e-5
const FAINT = 0.01

/** Alpha of each pixel, 0..255; in `trimap` 0 is background, 255 person, all else unknown. */
export function guided(picture: Picture, trimap: Uint8Array): Uint8Array {
  const { width, height } = picture
  const many = width * height
  const known = (place: number) => trimap[place] === 0 || trimap[place] === 255
  const target = nearest(trimap, width, height)
  const weight = Float64Array.from(trimap, (_, place) => (known(place) ? 1 : FAINT))
  const colour = [0, 1, 2].map((channel) => Float64Array.from({ length: many }, (_, place) => picture.data[4 * place + channel]! / 255))
  const sums = (value: (place: number) => number) => boxed(value, width, height)
  const total = sums((place) => weight[place]!)
  const mean = colour.map((c) => sums((place) => weight[place]! * c[place]!))
  const level = sums((place) => weight[place]! * target[place]!)
  const cross = colour.map((c) => sums((place) => weight[place]! * c[place]! * target[place]!))
  const second = PAIRS.map(([i, j]) => sums((place) => weight[place]! * colour[i]![place]! * colour[j]![place]!))
  const slopes = [new Float64Array(many), new Float64Array(many), new Float64Array(many)] as const
  const offset = new Float64Array(many)
  for (let at = 0; at < many; at++) {
    const all = total[at]!
    const m = mean.map((one) => one[at]! / all) as Three
    const l = level[at]! / all
    const covariance = PAIRS.map(([i, j], pair) => second[pair]![at]! / all - m[i]! * m[j]! + (i === j ? EPSILON : 0)) as Six
    const slope = solve(covariance, cross.map((one, i) => one[at]! / all - m[i]! * l) as Three) // prettier-ignore
    slopes.forEach((plane, i) => (plane[at] = slope[i]!))
    offset[at] = l - slope[0] * m[0] - slope[1] * m[1] - slope[2] * m[2]
  }
  const count = sums(() => 1)
  const smooth = [...slopes, offset].map((plane) => sums((place) => plane[place]!))
  return trimap.map((is, at) => {
    if (known(at)) return is
    const alpha = colour.reduce((sum, c, i) => sum + smooth[i]![at]! * c[at]!, smooth[3]![at]!) / count[at]!
    const grey = Math.round(255 * Math.min(1, Math.max(0, alpha)))
    return grey <= 1 ? 0 : grey >= 254 ? 255 : grey // noise costs the codec
  })
}

type Three = [number, number, number]
type Six = [number, number, number, number, number, number]
const PAIRS = [[0, 0], [0, 1], [0, 2], [1, 1], [1, 2], [2, 2]] as const // prettier-ignore

/** The symmetric system, by its adjugate. */
function solve([a, b, c, d, e, f]: Six, [x, y, z]: Three): Three {
  const [A, B, C] = [d * f - e * e, c * e - b * f, b * e - c * d]
  const [D, E, F] = [a * f - c * c, b * c - a * e, a * d - b * b]
  const determinant = a * A + b * B + c * C
  return [(A * x + B * y + C * z) / determinant, (B * x + D * y + E * z) / determinant, (C * x + E * y + F * z) / determinant]
}

/** 1 where the nearest known pixel is the person's. */
function nearest(trimap: Uint8Array, width: number, height: number): Uint8Array {
  const [person, ground] = [255, 0].map((side) => distances(trimap.map((is) => +(is !== side)), width, height)) // prettier-ignore
  return trimap.map((_, at) => +(person![at]! < ground![at]!))
}

/** Sums over the window round every pixel, what lies outside counted as nothing. */
function boxed(value: (place: number) => number, width: number, height: number): Float64Array {
  const rows = new Float64Array(width * height)
  for (let y = 0; y < height; y++) {
    let sum = 0
    for (let x = -RADIUS; x < width; x++) {
      if (x + RADIUS < width) sum += value(y * width + x + RADIUS)
      if (x - RADIUS > 0) sum -= value(y * width + x - RADIUS - 1)
      if (x >= 0) rows[y * width + x] = sum
    }
  }
  const out = new Float64Array(width * height)
  const sums = new Float64Array(width)
  for (let y = -RADIUS; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (y + RADIUS < height) sums[x]! += rows[(y + RADIUS) * width + x]!
      if (y - RADIUS > 0) sums[x]! -= rows[(y - RADIUS - 1) * width + x]!
      if (y >= 0) out[y * width + x] = sums[x]!
    }
  }
  return out
}
