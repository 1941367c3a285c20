/** Where a click can change something, as `models.interaction.reach` has it: round its place as far as the error that it
 * is in seems to go. */
import { clamp } from '../clamp'
import type { Said } from '../history'
import { distances } from './distance'
import { rounded } from './view'

const DEPTHS = 3
/** Of the diagonal. */
const SHARE = 0.008
const FARTHEST = 0.1
/** Pixels round a click that are as it says. */
const RADIUS = 2

export interface Mask {
  readonly width: number
  readonly height: number
  /** 1 inside, 0 outside. */
  readonly data: Uint8Array
}

/** Pixels that a click reaches from its place. */
export function reachOf(mask: Mask, click: Said): number {
  const diagonal = Math.hypot(mask.width, mask.height)
  return Math.min(DEPTHS * depthOf(mask, click) + SHARE * diagonal, FARTHEST * diagonal)
}

/** Pixels from a click to the nearest that is already as it says; deeper than what reaches farthest is not looked. */
function depthOf({ width, height, data }: Mask, { x, y, inside }: Said): number {
  const [column, row] = [clamp(Math.trunc(x), 0, width - 1), clamp(Math.trunc(y), 0, height - 1)]
  const most = Math.ceil((FARTHEST / DEPTHS) * Math.hypot(width, height)) + 1
  const [left, top] = [Math.max(0, column - most), Math.max(0, row - most)]
  const [wide, high] = [Math.min(width, column + most + 1) - left, Math.min(height, row + most + 1) - top]
  const wrong = new Uint8Array(wide * high)
  for (let y = 0; y < high; y++) for (let x = 0; x < wide; x++) wrong[y * wide + x] = +(data[(top + y) * width + left + x] !== +inside)
  return distances(wrong, wide, high)[(row - top) * wide + (column - left)]!
}

/** Calls `at` for each pixel of the disc of `reach` round a click, which is drawn as OpenCV draws circles. */
export function eachNear({ width, height }: Mask, { x, y }: Said, reach: number, at: (place: number) => void): void {
  const [column, row] = [Math.trunc(x), Math.trunc(y)]
  for (const [dy, half] of circle(Math.max(1, rounded(reach)))) {
    if (row + dy < 0 || row + dy >= height) continue
    for (let x = Math.max(0, column - half); x <= Math.min(width - 1, column + half); x++) at((row + dy) * width + x)
  }
}

/** By row from the middle, how far a filled circle goes to both sides. */
function circle(radius: number): Map<number, number> {
  const rows = new Map<number, number>()
  const row = (dy: number, half: number) => {
    for (const way of [dy, -dy]) rows.set(way, Math.max(half, rows.get(way) ?? 0))
  }
  let [error, dx, dy, plus, minus] = [0, radius, 0, 1, 2 * radius - 1]
  while (dx >= dy) {
    row(dy, dx)
    row(dx, dy)
    dy++
    error += plus
    plus += 2
    if (error > 0) {
      error -= minus
      dx--
      minus -= 2
    }
  }
  return rows
}

/** Calls `at` for each pixel that a click binds: its own and those within RADIUS. */
export function eachBound({ width, height }: Mask, { x, y }: Said, at: (place: number) => void): void {
  const [column, row] = [Math.min(Math.trunc(x), width - 1), Math.min(Math.trunc(y), height - 1)]
  for (let r = Math.max(0, row - 3); r <= Math.min(height - 1, row + 3); r++)
    for (let c = Math.max(0, column - 3); c <= Math.min(width - 1, column + 3); c++)
      if ((c === column && r === row) || (c + 0.5 - x) ** 2 + (r + 0.5 - y) ** 2 <= RADIUS ** 2) at(r * width + c)
}
