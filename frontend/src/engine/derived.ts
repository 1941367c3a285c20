/** A picture of the frame's size that is reckoned pixel by pixel; only what changed is made anew. */
import { clipBox, joinBoxes, type Box } from './planes'
import { surface, type Pen, type Surface } from './tint'

export class Derived {
  private readonly canvas: Surface
  private readonly pen: Pen
  private from: readonly unknown[] = []
  private stale: Box | null = null

  /** The image is scratch paper that others use as well. */
  constructor(private readonly image: ImageData) {
    ;[this.canvas, this.pen] = surface(image.width, image.height)
  }

  /** What it is made from changed inside the box. */
  mark(box: Box | null): void {
    this.stale = joinBoxes(this.stale, box)
  }

  /** `from` is all that it is made from, each the same object as long as it is the same; `write` fills the box. */
  draw(from: readonly unknown[], reach: number, write: (pixels: Uint32Array, box: Box) => void): Surface {
    const { width, height } = this.image
    if (from.length !== this.from.length || from.some((one, place) => one !== this.from[place])) this.stale = { left: 0, top: 0, right: width, bottom: height }
    this.from = from
    if (!this.stale) return this.canvas
    const { left, top, right, bottom } = this.stale
    this.stale = null
    const box = clipBox({ left: left - reach, top: top - reach, right: right + reach, bottom: bottom + reach }, width, height)
    if (!box) return this.canvas
    write(new Uint32Array(this.image.data.buffer), box)
    this.pen.putImageData(this.image, 0, 0, box.left, box.top, box.right - box.left, box.bottom - box.top)
    return this.canvas
  }
}

/** A frame's pixels as numbers, R, G, B, A in memory; of the last one asked for. */
export class Pixels {
  private frame: CanvasImageSource | null = null
  private data = new Uint32Array()
  private readonly pen: Pen

  constructor(
    private readonly width: number,
    private readonly height: number,
  ) {
    this.pen = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!
  }

  of(frame: CanvasImageSource): Uint32Array {
    if (frame === this.frame) return this.data
    this.frame = frame
    this.pen.drawImage(frame, 0, 0)
    this.data = new Uint32Array(this.pen.getImageData(0, 0, this.width, this.height).data.buffer)
    return this.data
  }
}
