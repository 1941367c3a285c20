/** A box round something: idle → dragging → idle. */
import { boxBetween, outlineOf } from '../../../engine/said'
import { attempt } from '../actions'
import type { Desk } from '../desk'
import type { Tool, ToolEvent } from './tool'

export class BoxTool implements Tool {
  private from: ToolEvent | null = null

  constructor(private readonly desk: Desk) {}

  down(event: ToolEvent): void {
    this.from = this.desk.session.editable ? event : null
  }

  move(event: ToolEvent): void {
    if (!this.from) return
    const { width, height } = this.desk.session.shot.clip
    const inside = this.desk.state.subtract === this.from.secondary
    const box = boxBetween(this.from, event, width, height)
    this.desk.set({ box: box && { ...box, inside } })
  }

  up(): void {
    const { box } = this.desk.state
    this.cancel()
    if (!box) return
    const { asking } = this.desk.session
    void attempt(this.desk, () => asking.ask({ outline: outlineOf(box, box.inside) }, 'box'))
  }

  cancel(): boolean {
    const was = this.from !== null
    this.from = null
    if (this.desk.state.box) this.desk.set({ box: null })
    return was
  }
}
