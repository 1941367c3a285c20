/** What the network takes of a frame and of what was said, on its canvas; what the window does not fill is 0. */
import type { Said } from '../history'
import type { Mask } from './reach'
import { resized, type Numbers } from './resize'
import { holds, SIDE, toCanvas, type View } from './view'

/** Red, green, blue and more of each pixel of a window, row by row, as a canvas gives them. */
export interface Picture {
  readonly width: number
  readonly height: number
  readonly data: Uint8ClampedArray | Uint8Array
}

/** Of a click's disc on the canvas. */
const RADIUS = 5

export interface Inputs {
  image: Float32Array
  prior: Float32Array
  positive: Float32Array
  negative: Float32Array
  /** 1 where there is a prior. */
  given: Float32Array
}

/** `picture` is the window's own, at the frame's pixels; `mask` the frame's, null where nothing is there yet. */
export function inputsOf(picture: Picture, mask: Mask | null, clicks: readonly Said[], view: View): Inputs {
  const image = new Float32Array(3 * SIDE * SIDE)
  for (let channel = 0; channel < 3; channel++) lay(image, channel * SIDE * SIDE, channelOf(picture, channel), view)
  const prior = new Float32Array(SIDE * SIDE)
  if (mask) lay(prior, 0, windowOf(mask, view), view)
  const within = clicks.filter((click) => holds(view, click))
  const drawn = (inside: boolean) => discs(within.filter((click) => click.inside === inside), view) // prettier-ignore
  return { image, prior, positive: drawn(true), negative: drawn(false), given: new Float32Array([mask ? 1 : 0]) }
}

/** The part of a canvas that shows the window, at the window's own size. */
export function back(canvas: Float32Array, view: View): Numbers {
  const data = new Float32Array(view.width * view.height)
  for (let y = 0; y < view.height; y++) data.set(canvas.subarray(y * SIDE, y * SIDE + view.width), y * view.width)
  return resized({ width: view.width, height: view.height, data }, view.right - view.left, view.bottom - view.top)
}

function lay(canvas: Float32Array, from: number, window: Numbers, { width, height }: View): void {
  const small = resized(window, width, height).data
  for (let y = 0; y < height; y++) canvas.set(small.subarray(y * width, (y + 1) * width), from + y * SIDE)
}

function channelOf({ width, height, data }: Picture, channel: number): Numbers {
  const out = new Float32Array(width * height)
  for (let at = 0; at < out.length; at++) out[at] = data[4 * at + channel]! / 255
  return { width, height, data: out }
}

function windowOf(mask: Mask, { left, top, right, bottom }: View): Numbers {
  const [width, height] = [right - left, bottom - top]
  const data = new Float32Array(width * height)
  for (let y = 0; y < height; y++)
    data.set(mask.data.subarray((top + y) * mask.width + left, (top + y) * mask.width + right), y * width)
  return { width, height, data }
}

function discs(clicks: readonly Said[], view: View): Float32Array {
  const plane = new Float32Array(SIDE * SIDE)
  for (const { x, y } of clicks.map((click) => toCanvas(view, click)))
    for (let row = Math.max(0, Math.floor(y) - 6); row < Math.min(view.height, y + 7); row++)
      for (let column = Math.max(0, Math.floor(x) - 6); column < Math.min(view.width, x + 7); column++)
        if ((column + 0.5 - x) ** 2 + (row + 0.5 - y) ** 2 <= RADIUS ** 2) plane[row * SIDE + column] = 1
  return plane
}
