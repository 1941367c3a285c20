/** Draws frames and mattes on a 2D canvas. Per subject one tinted picture of the matte is kept and only what changed is
 * written into it anew. */
import { Derived, Pixels } from './derived'
import { denoise, filterTable, isUnfiltered, relight, type Filters } from './filters'
import { cutOut, REACH } from './foreground'
import type { Layer } from './layers'
import { emptyPlane, type Box, type Plane } from './planes'
import { differ, HEAT, look, TRIMAP, union } from './shades'
import { surface, Tint, type Pen, type Surface } from './tint'
import { toScreen, type View } from './view'

export type Mode = 'source' | 'overlay' | 'outline' | 'matte' | 'comp' | 'trimap' | 'heat' | 'diff'

/** In the order of their keys, from 1. */
export const MODES: Mode[] = ['source', 'overlay', 'outline', 'matte', 'comp', 'trimap', 'heat', 'diff']

/** Backdrops of the composite; the last is a checkerboard. */
export const BACKDROPS = ['#000000', '#FFFFFF', '#777777', '#1E9E4A', 'checker'] as const
/** `own` is a picture or moving plate of the person's. */
export type Backdrop = (typeof BACKDROPS)[number] | 'own'

/** Outlines of the frames beside: earlier, later. */
export const ONION = ['#FF7A7A', '#7AB6FF'] as const

export interface Sheet {
  subject: string
  colour: string
  layer: Layer
}

export interface DrawOptions {
  strength: number
  backdrop: Backdrop
  pasteboard: string
  /** The person's own backdrop, where it is here. */
  plate: ImageBitmap | null
  /** The plane on which the difference is taken, and what it was before. */
  compared: { now: Plane; before: Plane } | null
  /** The selected subject in the earlier and the later frame. */
  onion: readonly (Plane | undefined)[]
  filters: Filters
}

export class Painter {
  private readonly tints = new Map<string, Tint>()
  private readonly scratch: [Surface, Pen]
  private readonly image: ImageData
  private sheets: readonly Sheet[] = []
  /** Made when a view first asks for it: eight megabytes each at 1080p. */
  private made: Derived | null = null
  private lit: Derived | null = null
  private pixels: Pixels | null = null
  private joint: Plane | null = null
  private readonly skins: Tint[] = []
  private table: { of: Filters; values: Uint8Array } | null = null

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
    for (const sheet of sheets) this.touch(sheet, sheet.layer.takeRedraw())
    this.sheets = sheets
  }

  /** The matte of a subject changed inside the box. */
  touch(sheet: Sheet, box: Box | null): void {
    this.tint(sheet).take(sheet.layer.plane, box)
    this.made?.mark(box)
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
    else if (mode === 'comp') this.drawComposite(pen, frame, options)
    else if (mode === 'trimap') pen.drawImage(this.looked(TRIMAP), 0, 0)
    else if (mode === 'heat') pen.drawImage(this.looked(HEAT), 0, 0)
    else {
      if (frame) pen.drawImage(this.relit(frame, options.filters), 0, 0)
      if (mode === 'diff' && options.compared) pen.drawImage(this.differing(options.compared), 0, 0)
      if (mode === 'overlay') this.drawOverlay(pen, options.strength)
      if (mode === 'outline') for (const tint of this.tints.values()) pen.drawImage(tint.drawOutline(), 0, 0)
    }
    this.drawOnion(pen, options.onion)
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

  private drawComposite(pen: CanvasRenderingContext2D, frame: CanvasImageSource | null, { backdrop, plate }: DrawOptions): void {
    pen.fillStyle = backdrop === 'checker' ? checker(pen) : backdrop === 'own' ? '#000' : backdrop
    pen.fillRect(0, 0, this.width, this.height)
    if (backdrop === 'own' && plate) this.cover(pen, plate)
    if (!frame) return
    const image = (this.pixels ??= new Pixels(this.width, this.height)).of(frame)
    const planes = this.planes
    const write = (pixels: Uint32Array, box: Box) => cutOut(pixels, image, this.unite(planes, box, REACH), box)
    pen.drawImage(this.derived.draw(['comp', image, ...planes], REACH, write), 0, 0)
  }

  /** As large as fills the frame, cut at the sides that are too long. */
  private cover(pen: CanvasRenderingContext2D, plate: ImageBitmap): void {
    const scale = Math.max(this.width / plate.width, this.height / plate.height)
    const [across, down] = [this.width / scale, this.height / scale]
    pen.drawImage(plate, (plate.width - across) / 2, (plate.height - down) / 2, across, down, 0, 0, this.width, this.height)
  }

  private looked(table: Uint32Array): Surface {
    const planes = this.planes
    return this.derived.draw([table, ...planes], 0, (pixels, box) => look(pixels, this.unite(planes, box), table, box))
  }

  private differing({ now, before }: { now: Plane; before: Plane }): Surface {
    return this.derived.draw(['diff', now, before], 0, (pixels, box) => differ(pixels, before, now, box))
  }

  /** The frame as it is, or in the light that is set. */
  private relit(frame: CanvasImageSource, filters: Filters): CanvasImageSource {
    if (isUnfiltered(filters)) return frame
    if (this.table?.of !== filters) this.table = { of: filters, values: filterTable(filters) }
    const { values } = this.table
    const image = (this.pixels ??= new Pixels(this.width, this.height)).of(frame)
    this.lit ??= new Derived(this.image)
    return this.lit.draw([image, values], 0, (pixels) => relight(pixels, filters.denoise ? denoise(image, this.width, this.height) : image, values))
  }

  private drawOnion(pen: CanvasRenderingContext2D, planes: readonly (Plane | undefined)[]): void {
    planes.forEach((plane, place) => {
      if (!plane) return
      const skin = (this.skins[place] ??= new Tint(ONION[place]!, this.image))
      skin.take(plane, null)
      pen.drawImage(skin.drawOutline(), 0, 0)
    })
  }

  private get derived(): Derived {
    return (this.made ??= new Derived(this.image))
  }

  private get planes(): Plane[] {
    return this.sheets.map(({ layer }) => layer.plane)
  }

  /** All mattes as one plane, right inside the box and `beyond` it. */
  private unite(planes: readonly Plane[], box: Box, beyond = 0): Plane {
    this.joint ??= emptyPlane(this.width, this.height)
    const [left, top] = [Math.max(0, box.left - beyond - 8), Math.max(0, box.top - beyond - 8)]
    const [right, bottom] = [Math.min(this.width, box.right + beyond + 8), Math.min(this.height, box.bottom + beyond + 8)]
    return union(planes, this.joint, { left, top, right, bottom })
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

function checker(pen: CanvasRenderingContext2D): CanvasPattern {
  const [canvas, ink] = surface(32, 32)
  ink.fillStyle = '#999'
  ink.fillRect(0, 0, 32, 32)
  ink.fillStyle = '#666'
  ink.fillRect(0, 0, 16, 16)
  ink.fillRect(16, 16, 16, 16)
  return pen.createPattern(canvas, 'repeat')!
}
