/** A polygon that is drawn into the matte: idle → open (pressed → open …) → closed, idle. A press sets a corner, a drag
 * draws on by hand. */
import { withOutline } from '../../../engine/outlines'
import { begun, isOutline, stepped, type Place } from '../../../engine/said'
import { toScreen } from '../../../engine/view'
import type { Desk } from '../desk'
import type { Tool, ToolEvent } from './tool'

/** A polygon that is not closed yet, of one frame and subject: it waits there while one looks elsewhere. */
export interface Polygon {
  /** The places of each press of the button, in source pixels. */
  presses: readonly Place[][]
  /** It was begun with the right button. */
  secondary: boolean
  on: number
  of: string
}

/** Screen pixels: nearer to a corner is on it, and a hand that trembles less than this draws no line. */
const NEAR = 8
const DOUBLE_MS = 400

/** The polygon that is open on what is shown. */
export function openPolygon({ session, state }: Desk): Polygon | null {
  const { polygon, tool } = state
  return tool === 'polygon' && polygon?.on === session.frame && polygon.of === session.selected ? polygon : null
}

export function takesAway({ state }: Desk, polygon: Polygon): boolean {
  return state.subtract !== polygon.secondary
}

/** Draw what it holds as one step; a line that holds nothing stays open. */
export function closePolygon(desk: Desk): void {
  const polygon = openPolygon(desk)
  const { session } = desk
  const places = polygon?.presses.flat() ?? []
  if (!polygon || !session.current || !session.editable || !isOutline(places)) return
  desk.set({ polygon: null })
  const drawn = withOutline(session.current.kept, places, !takesAway(desk, polygon))
  if (session.current.replace(drawn, 'polygon')) session.painted()
}

/** Both tell whether there was one. */
export function takeCornerBack(desk: Desk): boolean {
  const polygon = openPolygon(desk)
  if (!polygon) return false
  const presses = polygon.presses.slice(0, -1)
  desk.set({ polygon: presses.length ? { ...polygon, presses } : null })
  return true
}

export function giveUpPolygon(desk: Desk): boolean {
  const was = openPolygon(desk) !== null
  if (was) desk.set({ polygon: null })
  return was
}

export class PolygonTool implements Tool {
  private pressed: ToolEvent | null = null
  private drawing = false
  private lastPress = -Infinity

  constructor(private readonly desk: Desk) {}

  down(event: ToolEvent): void {
    const { session } = this.desk
    if (!session.editable || !session.selected) return
    const polygon = openPolygon(this.desk)
    if (polygon && this.closes(polygon, event)) return closePolygon(this.desk)
    this.lastPress = event.time
    this.pressed = event
    const begin = { presses: [], secondary: event.secondary, on: session.frame, of: session.selected }
    this.put(polygon ?? begin, (presses) => [...presses, begun(event, this.width, this.height)])
  }

  move(event: ToolEvent): void {
    const polygon = openPolygon(this.desk)
    if (!this.pressed || !polygon) return
    this.drawing ||= apart(event, { x: this.pressed.screenX, y: this.pressed.screenY }) > NEAR
    if (!this.drawing) return
    const line = polygon.presses.at(-1)!
    const next = stepped(line, event, this.desk.view.scale, this.width, this.height)
    if (next !== line) this.put(polygon, (presses) => [...presses.slice(0, -1), next])
  }

  up(): void {
    this.pressed = null
    this.drawing = false
  }

  cancel(): boolean {
    const was = this.pressed !== null
    this.up()
    return was && takeCornerBack(this.desk)
  }

  /** On the first corner, or twice on the last. */
  private closes({ presses }: Polygon, event: ToolEvent): boolean {
    const places = presses.flat()
    const on = ([x, y]: Place) => apart(event, toScreen(this.desk.view, { x, y })) <= NEAR
    const twice = event.time - this.lastPress < DOUBLE_MS && on(places.at(-1)!)
    return isOutline(places) && (twice || on(places[0]!))
  }

  private put(polygon: Polygon, change: (presses: readonly Place[][]) => Place[][]): void {
    this.desk.set({ polygon: { ...polygon, presses: change(polygon.presses) } })
  }

  private get width(): number {
    return this.desk.session.shot.clip.width
  }

  private get height(): number {
    return this.desk.session.shot.clip.height
  }
}

function apart({ screenX, screenY }: ToolEvent, at: { x: number; y: number }): number {
  return Math.hypot(screenX - at.x, screenY - at.y)
}
