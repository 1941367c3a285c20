/** Brush and eraser as a small state chart: idle → painting → idle. */
import type { Box } from '../../../engine/planes'
import type { Layer } from '../../../engine/layers'
import { Steady } from '../../../engine/steady'
import type { Stroke } from '../../../engine/stroke'
import type { Desk } from '../desk'
import type { Tool, ToolEvent } from './tool'

interface Painting {
  layer: Layer
  stroke: Stroke
  steady: Steady
  pressure: number
  name: string
}

export class BrushTool implements Tool {
  private painting: Painting | null = null
  private lastDab: { x: number; y: number; frame: number } | null = null

  constructor(
    private readonly desk: Desk,
    private readonly touched: (box: Box | null) => void,
  ) {}

  down(event: ToolEvent): void {
    const { session, state } = this.desk
    const layer = session.current
    if (!layer || !session.editable) return
    const erasing = state.tool === 'eraser' || (state.tool === 'brush' && state.subtract) !== event.secondary
    const { size, hardness, opacity, flow } = state
    const stroke = layer.begin({ size, hardness, opacity, flow, mode: erasing ? 'subtract' : 'add' })
    const steady = new Steady(state.steady / this.desk.view.scale)
    this.painting = { layer, stroke, steady, pressure: 1, name: erasing ? 'eraser' : 'brush' }
    // ⇧ click: a straight line from where the last stroke of this frame ended.
    if (event.shift && this.lastDab?.frame === session.frame) stroke.to(this.lastDab.x, this.lastDab.y)
    this.move(event)
  }

  move(event: ToolEvent): void {
    if (!this.painting) return
    this.painting.pressure = this.desk.state.pressure && event.pen ? event.pressure : 1
    this.draw(this.painting, this.painting.steady.pull(event))
  }

  up(): void {
    if (!this.painting) return
    this.draw(this.painting, this.painting.steady.release())
    const { layer, stroke, name } = this.painting
    this.painting = null
    if (layer.end(stroke, name)) this.desk.session.painted()
  }

  private draw({ stroke, pressure }: Painting, to: { x: number; y: number } | null): void {
    if (!to) return
    this.touched(stroke.to(to.x, to.y, pressure))
    this.lastDab = { ...to, frame: this.desk.session.frame }
  }

  cancel(): boolean {
    if (!this.painting) return false
    const { layer, stroke } = this.painting
    this.painting = null
    layer.abandon(stroke)
    this.touched(null)
    return true
  }
}
