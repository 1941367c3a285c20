/** A line drawn by hand: idle → drawing → waiting for its answer. A lasso goes round something, a scribble over it. */
import { begun, isOutline, stepped, thinned, type Place } from '../../../engine/said'
import { attempt } from '../actions'
import type { Desk } from '../desk'
import type { Tool, ToolEvent } from './tool'

export type LineKind = 'lasso' | 'scribble'

export class LineTool implements Tool {
  private places: Place[] | null = null
  private inside = true

  constructor(
    private readonly desk: Desk,
    private readonly kind: LineKind,
  ) {}

  down(event: ToolEvent): void {
    if (!this.desk.session.editable) return
    const { width, height } = this.desk.session.shot.clip
    this.places = begun(event, width, height)
    this.inside = this.desk.state.subtract === event.secondary
  }

  move(event: ToolEvent): void {
    if (!this.places) return
    const { width, height } = this.desk.session.shot.clip
    const next = stepped(this.places, event, this.desk.view.scale, width, height)
    if (next === this.places) return
    this.places = next
    this.desk.set({ line: { places: next, inside: this.inside, kind: this.kind, waits: false, on: this.desk.session.frame } })
  }

  up(): void {
    const places = thinned(this.places ?? [])
    this.cancel()
    const lasso = this.kind === 'lasso'
    if (lasso ? !isOutline(places) : places.length < 2) return
    const line = { places, inside: this.inside }
    const shown = { ...line, kind: this.kind, waits: true, on: this.desk.session.frame }
    this.desk.set({ line: shown })
    void attempt(this.desk, () => this.desk.session.asking.ask(lasso ? { outline: line } : { strokes: [line] }, this.kind)).finally(() => {
      if (this.desk.state.line === shown) this.desk.set({ line: null })
    })
  }

  cancel(): boolean {
    const was = this.places !== null
    this.places = null
    if (this.desk.state.line && !this.desk.state.line.waits) this.desk.set({ line: null })
    return was
  }
}
