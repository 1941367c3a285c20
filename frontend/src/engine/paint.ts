/** Draws frames and mattes on a 2D canvas. Per subject one tinted picture of the matte is kept and only what changed is
 * written into it anew. */
import type { Layer } from './layers'
import { clipBox, inkBox, joinBoxes, type Box, type Plane } from './planes'
import { toScreen, type View } from './view'

export type Mode = 'source' | 'overlay' | 'outline' | 'matte' | 'comp'

export const MODES: Mode[] = ['source', 'overlay', 'outline', 'matte', 'comp']

/** Backdrops of the composite; the last is a checkerboard. */
export const BACKDROPS = ['#000000', '#FFFFFF', '#777777', '#1E9E4A', 'checker'] as const
export type Backdrop = (typeof BACKDROPS)[number]

export interface Sheet {
  subject: string
  colour: string
  layer: Layer
}

type Surface = OffscreenCanvas
type Pen = OffscreenCanvasRenderingContext2D

const HALF = 128

function surface(width: number, height: number): [Surface, Pen] {
  const canvas = new OffscreenCanvas(width, height)
  return [canvas, canvas.getContext('2d')!]
}

/** The matte of a subject as a picture: its colour, with the matte as opacity; and its outline. */
class Tint {
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

/** #RRGGBB as the number whose bytes in memory are R, G, B, 0. */
function littleEndian(colour: string): number {
  const value = parseInt(colour.slice(1), 16)
  return ((value & 0xff) << 16) | (value & 0xff00) | (value >> 16)
}

export class Painter {
  private readonly tints = new Map<string, Tint>()
  private readonly scratch: [Surface, Pen]
  private readonly image: ImageData

  constructor(
    private readonly width: number,
    private readonly height: number,
  ) {
    this.scratch = surface(width, height)
    this.image = new ImageData(width, height)
  }

  /** Take the mattes of the frame that is shown. Of a plane seen before only what changed is written again. */
  show(sheets: Sheet[]): void {
    const kept = new Set(sheets.map((sheet) => sheet.subject))
    for (const subject of this.tints.keys()) if (!kept.has(subject)) this.tints.delete(subject)
    for (const sheet of sheets) this.tint(sheet).take(sheet.layer.plane, sheet.layer.takeRedraw())
  }

  /** The matte of a subject changed inside the box. */
  touch(sheet: Sheet, box: Box | null): void {
    this.tint(sheet).take(sheet.layer.plane, box)
  }

  draw(pen: CanvasRenderingContext2D, frame: CanvasImageSource | null, view: View, mode: Mode, options: DrawOptions): void {
    const { canvas } = pen
    pen.setTransform(1, 0, 0, 1, 0, 0)
    pen.fillStyle = options.pasteboard
    pen.fillRect(0, 0, canvas.width, canvas.height)
    const corner = toScreen(view, { x: 0, y: 0 })
    pen.setTransform(view.scale * view.aspect, 0, 0, view.scale, corner.x, corner.y)
    pen.imageSmoothingEnabled = view.scale < 2
    if (mode === 'matte') this.drawMattes(pen)
    else if (mode === 'comp') this.drawComposite(pen, frame, options.backdrop)
    else {
      if (frame) pen.drawImage(frame, 0, 0)
      if (mode === 'overlay') this.drawOverlay(pen, options.strength)
      if (mode === 'outline') for (const tint of this.tints.values()) pen.drawImage(tint.drawOutline(), 0, 0)
    }
    pen.setTransform(1, 0, 0, 1, 0, 0)
  }

  private drawOverlay(pen: CanvasRenderingContext2D, strength: number): void {
    pen.globalAlpha = strength
    for (const tint of this.tints.values()) pen.drawImage(tint.canvas, 0, 0)
    pen.globalAlpha = 1
  }

  private drawMattes(pen: CanvasRenderingContext2D): void {
    pen.fillStyle = '#000'
    pen.fillRect(0, 0, this.width, this.height)
    const [canvas, ink] = this.joined()
    ink.globalCompositeOperation = 'source-in'
    ink.fillStyle = '#fff'
    ink.fillRect(0, 0, this.width, this.height)
    pen.drawImage(canvas, 0, 0)
  }

  private drawComposite(pen: CanvasRenderingContext2D, frame: CanvasImageSource | null, backdrop: Backdrop): void {
    pen.fillStyle = backdrop === 'checker' ? checker(pen) : backdrop
    pen.fillRect(0, 0, this.width, this.height)
    if (!frame) return
    const [canvas, ink] = this.joined()
    ink.globalCompositeOperation = 'source-in'
    ink.drawImage(frame, 0, 0)
    pen.drawImage(canvas, 0, 0)
  }

  /** All mattes on one transparent sheet. */
  private joined(): [Surface, Pen] {
    const [canvas, ink] = this.scratch
    ink.globalCompositeOperation = 'copy'
    ink.fillStyle = 'rgba(0,0,0,0)'
    ink.fillRect(0, 0, this.width, this.height)
    ink.globalCompositeOperation = 'source-over'
    for (const tint of this.tints.values()) ink.drawImage(tint.canvas, 0, 0)
    return [canvas, ink]
  }

  private tint(sheet: Sheet): Tint {
    let tint = this.tints.get(sheet.subject)
    if (!tint || tint.colour !== sheet.colour) {
      tint = new Tint(sheet.colour, this.image)
      this.tints.set(sheet.subject, tint)
    }
    return tint
  }
}

export interface DrawOptions {
  strength: number
  backdrop: Backdrop
  pasteboard: string
}

function checker(pen: CanvasRenderingContext2D): CanvasPattern {
  const [canvas, ink] = surface(32, 32)
  ink.fillStyle = '#999'
  ink.fillRect(0, 0, 32, 32)
  ink.fillStyle = '#666'
  ink.fillRect(0, 0, 16, 16)
  ink.fillRect(16, 16, 16, 16)
  return pen.createPattern(canvas, 'repeat')!
}
