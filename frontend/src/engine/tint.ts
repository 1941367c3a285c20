/** The matte of a subject as a picture, of which only what changed is written anew. */
import { clipBox, inkBox, joinBoxes, type Box, type Plane } from './planes'
import { littleEndian } from './shades'

export type Surface = OffscreenCanvas
export type Pen = OffscreenCanvasRenderingContext2D

const HALF = 128

export function surface(width: number, height: number): [Surface, Pen] {
  const canvas = new OffscreenCanvas(width, height)
  return [canvas, canvas.getContext('2d')!]
}

/** Its colour, with the matte as opacity; and its outline. */
export class Tint {
  readonly canvas: Surface
  readonly outline: Surface
  private readonly pen: Pen
  private readonly outlinePen: Pen
  private plane: Plane | null = null
  /** All that the picture shows lies inside. */
  private inked: Box | null = null
  /** Where the outline is older than the matte. */
  private unlined: Box | null = null

  constructor(
    readonly colour: string,
    /** One for all tints, of the frame's size: eight megabytes less to make and throw away at each step. */
    private readonly image: ImageData,
  ) {
    ;[this.canvas, this.pen] = surface(image.width, image.height)
    ;[this.outline, this.outlinePen] = surface(image.width, image.height)
  }

  /** Show the plane, which changed inside the box if it is the one that is shown. */
  take(plane: Plane, changed: Box | null): void {
    if (plane !== this.plane) this.replace(plane)
    else if (changed) this.write(plane, changed)
  }

  /** Another plane in place of the last: only where one of the two has ink is there anything to write. */
  private replace(plane: Plane): void {
    const ink = inkBox(plane)
    const box = joinBoxes(this.inked, ink)
    this.plane = plane
    if (box) this.write(plane, box)
    this.inked = ink
  }

  private write(plane: Plane, box: Box): void {
    this.inked = joinBoxes(this.inked, box)
    // A pixel's neighbours may become edge, or cease to be one.
    const round = { left: box.left - 1, top: box.top - 1, right: box.right + 1, bottom: box.bottom + 1 }
    this.unlined = joinBoxes(this.unlined, clipBox(round, plane.width, plane.height))
    const pixels = new Uint32Array(this.image.data.buffer)
    const { data, width } = plane
    const ink = littleEndian(this.colour)
    for (let y = box.top; y < box.bottom; y++)
      for (let at = y * width + box.left; at < y * width + box.right; at++) pixels[at] = ink | (data[at]! << 24)
    this.pen.putImageData(this.image, 0, 0, box.left, box.top, box.right - box.left, box.bottom - box.top)
  }

  drawOutline(): Surface {
    const { plane, unlined } = this
    if (!unlined || !plane) return this.outline
    const { width, height, data } = plane
    const { left, top, right, bottom } = unlined
    const pixels = new Uint32Array(this.image.data.buffer)
    const ink = littleEndian(this.colour) | 0xff000000
    for (let y = top; y < bottom; y++)
      for (let x = left, at = y * width + left; x < right; x++, at++) pixels[at] = isEdge(data, width, height, x, y, at) ? ink : 0
    this.outlinePen.putImageData(this.image, 0, 0, left, top, right - left, bottom - top)
    this.unlined = null
    return this.outline
  }
}

function isEdge(data: Uint8Array, width: number, height: number, x: number, y: number, at: number): boolean {
  if (data[at]! < HALF) return false
  return (
    (x > 0 && data[at - 1]! < HALF) ||
    (x + 1 < width && data[at + 1]! < HALF) ||
    (y > 0 && data[at - width]! < HALF) ||
    (y + 1 < height && data[at + width]! < HALF)
  )
}
