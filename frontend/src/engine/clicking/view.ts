/** The window of a frame that the network is shown, as `models.clicks.view_of` chooses it, on a canvas no side of which is
 * longer than SIDE. Places are in pixels from the top left corner: the middle of the first pixel is (0.5, 0.5). */
import type { Said } from '../history'
import { clamp } from '../clamp'
import { type Box } from '../planes'

/** Of the network's canvas, as its file has it. */
export const SIDE = 384
/** Of the mask's longer side that the window round a correcting click shows. */
const SHARE = 0.5

export interface View extends Box {
  /** Of the window on the canvas. */
  width: number
  height: number
}

interface Size {
  width: number
  height: number
}

/** The whole frame where nothing is there yet; else round the click, at the frame's own pixels or as wide as half of what
 * is there (`ink`). */
export function viewOf(at: Said, ink: Box | null, { width, height }: Size): View {
  if (!ink) return fitted({ left: 0, top: 0, right: width, bottom: height })
  const length = Math.max(SIDE, SHARE * Math.max(ink.right - ink.left, ink.bottom - ink.top))
  const [left, right] = stretch(at.x, length, width)
  const [top, bottom] = stretch(at.y, length, height)
  return fitted({ left, top, right, bottom })
}

export function toCanvas(view: View, { x, y }: { x: number; y: number }): { x: number; y: number } {
  return {
    x: ((x - view.left) * view.width) / (view.right - view.left),
    y: ((y - view.top) * view.height) / (view.bottom - view.top),
  }
}

export function holds(view: View, { x, y }: { x: number; y: number }): boolean {
  return x >= view.left && x <= view.right && y >= view.top && y <= view.bottom
}

/** As Python rounds: a half goes to the even neighbour. */
export function rounded(value: number): number {
  const down = Math.floor(value)
  return value - down === 0.5 ? down + (down % 2) : Math.round(value)
}

function fitted(box: Box): View {
  const wide = box.right - box.left
  const high = box.bottom - box.top
  const scale = Math.min(1, SIDE / Math.max(wide, high))
  return { ...box, width: Math.max(1, rounded(wide * scale)), height: Math.max(1, rounded(high * scale)) }
}

/** Start and end, in 0..limit, of about `length` round `middle`. */
function stretch(middle: number, length: number, limit: number): [number, number] {
  const size = Math.min(limit, Math.max(1, rounded(length)))
  const start = clamp(rounded(middle - size / 2), 0, limit - size)
  return [start, start + size]
}
