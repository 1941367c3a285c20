/** Boxes drawn by hand, in source pixels. */
import type { Box } from './planes'
import type { Outline } from './asking'

/** The box between two corners, within the picture; null where it holds no pixel. */
export function boxBetween(a: { x: number; y: number }, b: { x: number; y: number }, width: number, height: number): Box | null {
  const box = {
    left: clamp(Math.min(a.x, b.x), width),
    top: clamp(Math.min(a.y, b.y), height),
    right: clamp(Math.max(a.x, b.x), width),
    bottom: clamp(Math.max(a.y, b.y), height),
  }
  return box.right - box.left >= 1 && box.bottom - box.top >= 1 ? box : null
}

export function outlineOf({ left, top, right, bottom }: Box, inside: boolean): Outline {
  return { places: [[left, top], [right, top], [right, bottom], [left, bottom]], inside } // prettier-ignore
}

function clamp(value: number, high: number): number {
  return Math.min(high, Math.max(0, value))
}
