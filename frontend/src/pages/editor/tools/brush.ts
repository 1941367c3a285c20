/** Brush and eraser as a small state chart: idle → painting → idle. */
import type { Box } from '../../../engine/planes'
import type { Layer } from '../../../engine/layers'
import type { Stroke } from '../../../engine/stroke'
import type { Desk } from '../desk'
import type { Tool, ToolEvent } from './tool'

interface Painting {
  layer: Layer
  stroke: Stroke
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
    const { size, hardness, opacity } = state
    const stroke = layer.begin({ size, hardness, opacity, mode: erasing ? 'subtract' : 'add' })
    this.painting = { layer, stroke, name: erasing ? 'eraser' : 'brush' }
    // ⇧ click: a straight line from where the last stroke of this frame ended.
    if (event.shift && this.lastDab?.frame === session.frame) stroke.to(this.lastDab.x, this.lastDab.y)
    this.move(event)
  }

  move(event: ToolEvent): void {
    if (!this.painting) return
    const pressure = this.desk.state.pressure && event.pen ? event.pressure : 1
    this.touched(this.painting.stroke.to(event.x, event.y, pressure))
    this.lastDab = { x: event.x, y: event.y, frame: this.desk.session.frame }
  }

  up(): void {
    if (!this.painting) return
    const { layer, stroke, name } = this.painting
    this.painting = null
    if (layer.end(stroke, name)) this.desk.session.painted()
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
