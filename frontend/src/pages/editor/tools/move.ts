/** Select and move: idle → pressed → moving the matte in hand, or the picture → idle. A click takes in hand whom it is on. */
import type { Layer } from '../../../engine/layers'
import { moved } from '../../../engine/moving'
import { copyPlane, type Plane } from '../../../engine/planes'
import type { Desk } from '../desk'
import { PanTool } from './pan'
import type { Tool, ToolEvent } from './tool'

interface Moving {
  layer: Layer
  frame: number
  subject: string
  /** The matte before, and how far it is moved by now. */
  from: Plane
  dx: number
  dy: number
}

/** Screen pixels: a hand trembles. */
const SLIP = 4
const HALF = 128

export class MoveTool implements Tool {
  private pressed: ToolEvent | null = null
  private dragging = false
  private moving: Moving | null = null
  private request = 0
  private readonly hand: PanTool

  constructor(private readonly desk: Desk) {
    this.hand = new PanTool(desk)
  }

  down(event: ToolEvent): void {
    this.pressed = event
    this.hand.down(event)
  }

  move(event: ToolEvent): void {
    const { pressed } = this
    if (!pressed) return
    if (!this.dragging && Math.hypot(event.screenX - pressed.screenX, event.screenY - pressed.screenY) <= SLIP) return
    if (!this.dragging) this.moving = this.begun(pressed)
    this.dragging = true
    if (!this.moving) return this.hand.move(event)
    Object.assign(this.moving, { dx: Math.round(event.x - pressed.x), dy: Math.round(event.y - pressed.y) })
    // A pointer moves more often than the screen shows.
    cancelAnimationFrame(this.request)
    this.request = requestAnimationFrame(() => this.show())
  }

  up(): void {
    const { pressed, dragging, moving } = this
    if (moving?.layer.trying) this.show()
    this.rest()
    if (!pressed) return
    if (!dragging) this.select(pressed)
    else if (moving?.layer.settle('move')) this.desk.session.keep(moving.frame, moving.subject, moving.layer)
  }

  cancel(): boolean {
    const { moving } = this
    this.rest()
    moving?.layer.giveUp()
    if (moving) this.desk.session.changed()
    return moving !== null
  }

  private rest(): void {
    cancelAnimationFrame(this.request)
    this.hand.cancel()
    this.pressed = this.moving = null
    this.dragging = false
  }

  private show(): void {
    // Undone, or painted over, meanwhile: it is not moved any more.
    if (!this.moving?.layer.trying) return
    const { layer, from, dx, dy } = this.moving
    layer.try(moved(from, dx, dy))
    this.desk.session.changed()
  }

  private begun(at: ToolEvent): Moving | null {
    const { session } = this.desk
    const { current: layer, selected: subject, frame } = session
    if (!layer || !subject || !session.editable || !this.isOn(layer, at)) return null
    session.modifying.leave()
    if (layer.busy) return null
    layer.try(layer.plane)
    return { layer, frame, subject, from: copyPlane(layer.plane), dx: 0, dy: 0 }
  }

  /** Whom one sees there: the last is drawn over the others. */
  private select(at: ToolEvent): void {
    const { session } = this.desk
    const there = session.subjects.filter(({ id }) => this.isOn(session.layer(id), at)).at(-1)
    if (there) this.desk.select(there.id)
  }

  private isOn(layer: Layer | undefined, { x, y }: ToolEvent): boolean {
    const { width, height } = this.desk.session.shot.clip
    const within = x >= 0 && y >= 0 && x < width && y < height
    return within && layer !== undefined && layer.plane.data[Math.floor(y) * width + Math.floor(x)]! >= HALF
  }
}
