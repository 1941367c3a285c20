/** A click says that a place is of the subject, or is not, and a drag all that lies under it: idle → pressed →
 * (drawing →) idle. */
import { attempt } from '../actions'
import type { Desk } from '../desk'
import { LineTool } from './line'
import type { Tool, ToolEvent } from './tool'

/** Screen pixels: a hand trembles, and what counts then is where the button went down. */
const SLIP = 8

export class ClickTool implements Tool {
  private pressed: ToolEvent | null = null
  private drawing = false
  private readonly line: LineTool

  constructor(private readonly desk: Desk) {
    this.line = new LineTool(desk, 'scribble')
  }

  down(event: ToolEvent): void {
    const { width, height } = this.desk.session.shot.clip
    const on = event.x >= 0 && event.y >= 0 && event.x < width && event.y < height
    this.pressed = on && this.desk.session.editable ? event : null
  }

  move(event: ToolEvent): void {
    if (!this.pressed) return
    const moved = Math.hypot(event.screenX - this.pressed.screenX, event.screenY - this.pressed.screenY)
    if (!this.drawing && moved > SLIP) {
      this.drawing = true
      this.line.down(this.pressed)
    }
    if (this.drawing) this.line.move(event)
  }

  up(): void {
    if (!this.pressed) return
    const { x, y, secondary } = this.pressed
    const { drawing } = this
    this.pressed = null
    this.drawing = false
    if (drawing) return this.line.up()
    const { session, state } = this.desk
    const inside = state.subtract === secondary
    void attempt(this.desk, () => session.asking.ask({ points: [{ x, y, inside }] }, 'click'))
  }

  cancel(): boolean {
    const was = this.pressed !== null
    this.pressed = null
    this.drawing = false
    this.line.cancel()
    return was
  }
}
