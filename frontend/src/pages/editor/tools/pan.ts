/** Hand: idle → dragging → idle. */
import { pan } from '../../../engine/view'
import type { Desk } from '../desk'
import type { Tool, ToolEvent } from './tool'

export class PanTool implements Tool {
  private from: { x: number; y: number } | null = null

  constructor(private readonly desk: Desk) {}

  down(event: ToolEvent): void {
    this.from = { x: event.screenX, y: event.screenY }
  }

  move(event: ToolEvent): void {
    if (!this.from) return
    this.desk.set({ view: pan(this.desk.view, event.screenX - this.from.x, event.screenY - this.from.y) })
    this.from = { x: event.screenX, y: event.screenY }
  }

  up(): void {
    this.from = null
  }

  cancel(): boolean {
    this.from = null
    return false
  }
}
