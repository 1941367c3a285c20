/** Boxes and lines drawn by hand, in source pixels. */
import type { Outline } from './asking'
import { clamp } from './clamp'
import type { Box } from './planes'

/** The box between two corners, within the picture; null where it holds no pixel. */
export function boxBetween(a: { x: number; y: number }, b: { x: number; y: number }, width: number, height: number): Box | null {
  const box = {
    left: clamp(Math.min(a.x, b.x), 0, width),
    top: clamp(Math.min(a.y, b.y), 0, height),
    right: clamp(Math.max(a.x, b.x), 0, width),
    bottom: clamp(Math.max(a.y, b.y), 0, height),
  }
  return box.right - box.left >= 1 && box.bottom - box.top >= 1 ? box : null
}

export function outlineOf({ left, top, right, bottom }: Box, inside: boolean): Outline {
  return { places: [[left, top], [right, top], [right, bottom], [left, bottom]], inside } // prettier-ignore
}

export type Place = Outline['places'][number]

/** Screen pixels between two places of a line. */
const STEP = 3
/** More are not sent of one line. */
const MOST = 1000

/** Where a line begins, within the picture. */
export function begun({ x, y }: { x: number; y: number }, width: number, height: number): Place[] {
  return [[clamp(x, 0, width), clamp(y, 0, height)]]
}

/** The line with the next place of the hand, kept within the picture; the same line where it has hardly moved. */
export function stepped(places: Place[], to: { x: number; y: number }, scale: number, width: number, height: number): Place[] {
  const next: Place = [clamp(to.x, 0, width), clamp(to.y, 0, height)]
  const last = places.at(-1)!
  return Math.hypot(next[0] - last[0], next[1] - last[1]) * scale < STEP ? places : [...places, next]
}

/** Some of its places, evenly spread, its ends among them. */
export function thinned(places: Place[], most = MOST): Place[] {
  if (places.length <= most) return places
  return Array.from({ length: most }, (_, place) => places[Math.round((place * (places.length - 1)) / (most - 1))]!)
}

/** Whether a closed line holds at least a pixel. */
export function isOutline(places: Place[]): boolean {
  const next = (place: number) => places[(place + 1) % places.length]!
  const twice = places.reduce((sum, [x, y], place) => sum + x * next(place)[1] - next(place)[0] * y, 0)
  return places.length > 2 && Math.abs(twice) >= 2
}
