/** A click says that a place is of the subject, or is not: idle → pressed → idle. */
import { attempt } from '../actions'
import type { Desk } from '../desk'
import type { Tool, ToolEvent } from './tool'

export class ClickTool implements Tool {
  private pressed: ToolEvent | null = null

  constructor(private readonly desk: Desk) {}

  down(event: ToolEvent): void {
    const { width, height } = this.desk.session.shot.clip
    const on = event.x >= 0 && event.y >= 0 && event.x < width && event.y < height
    this.pressed = on && this.desk.session.editable ? event : null
  }

  move(): void {
    // What counts is where the button went down: a hand trembles.
  }

  up(): void {
    if (!this.pressed) return
    const { x, y, secondary } = this.pressed
    this.pressed = null
    const { session, state } = this.desk
    const inside = state.subtract === secondary
    void attempt(this.desk, () => session.asking.ask({ points: [{ x, y, inside }] }, 'click'))
  }

  cancel(): boolean {
    const was = this.pressed !== null
    this.pressed = null
    return was
  }
}
