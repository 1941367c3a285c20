/** What lies on the editor's desk besides the shot: tool, brush, view, play head. Knows no framework. */
import { ApiError, Unreachable } from '../../api/client'
import type { Outline } from '../../engine/asking'
import { Comparing, type Against } from '../../engine/comparing'
import { UNFILTERED, type Filters } from '../../engine/filters'
import type { Joined } from '../../engine/joining'
import type { Mode, Backdrop } from '../../engine/paint'
import type { Owned } from '../../engine/parts'
import type { Box, Plane } from '../../engine/planes'
import { Plate } from '../../engine/plate'
import type { Session } from '../../engine/session'
import { centre, fit, zoomAt, type View } from '../../engine/view'
import type { LineKind } from './tools/line'
import type { Polygon } from './tools/polygon'
import { Turns } from './turns'

export type ToolName = 'move' | 'brush' | 'eraser' | 'click' | 'box' | 'lasso' | 'polygon' | 'fill' | 'holes' | 'modify'
export type DialogName = 'keys' | 'accept' | 'reject' | 'deleteSubject' | 'propagate' | 'merge' | 'split' | 'newPart' | 'owners' | 'takeAway'

export interface State {
  tool: ToolName
  size: number
  hardness: number
  opacity: number
  flow: number
  /** How far the brush is pulled behind the pointer, in screen pixels. */
  steady: number
  pressure: boolean
  /** How much alpha may differ within what is filled at once, 0–255. */
  tolerance: number
  subtract: boolean
  /** On how many later frames the same change is made. */
  nextFrames: number
  /** What the box tool is drawing, in source pixels. */
  box: (Box & { inside: boolean }) | null
  /** The lasso or scribble that is being drawn on a frame, or waits for its answer. */
  line: (Outline & { kind: LineKind; waits: boolean; on: number }) | null
  /** The polygon that is not closed yet. */
  polygon: Polygon | null
  mode: Mode
  /** The view while a view key is held down. */
  held: Mode | null
  strength: number
  backdrop: Backdrop
  /** What the difference is taken from. */
  against: Against
  /** The outlines of the frames beside are shown. */
  onion: boolean
  filters: Filters
  loupe: boolean
  minimap: boolean
  playing: number
  loop: boolean
  hidden: boolean
  dialog: DialogName | null
  /** Reasons why the task cannot be accepted, as the server gave them. */
  blocked: Blocking[]
  view: View | null
  fault: { code: string; message: string } | null
  /** The merge or split just done, while it is offered to be undone. */
  joined: Joined | null
  /** The part that was just given to others, and whose it was, while that is offered to be undone. */
  owned: { part: string; before: readonly Owned[] } | null
}

export interface Blocking {
  code: string
  subject: string
  subject_name: string
  frames: number[]
  count: number
}

export interface Pointer {
  x: number
  y: number
}

const KEPT = ['nextFrames', 'size', 'hardness', 'opacity', 'flow', 'steady', 'pressure', 'tolerance', 'strength', 'backdrop', 'mode', 'against', 'loupe', 'minimap'] as const
const STORE = 'koutu.desk'

export class Desk {
  state: State = {
    tool: 'brush', size: 24, hardness: 0.8, opacity: 1, flow: 1, steady: 0, pressure: true, tolerance: 32, subtract: false,
    nextFrames: 12, box: null, line: null, polygon: null,
    mode: 'overlay', held: null, strength: 0.42, backdrop: '#777777', against: 'prelabel', onion: false,
    filters: UNFILTERED, loupe: false, minimap: true,
    playing: 0, loop: false, hidden: false, dialog: null, blocked: [], view: null, fault: null, joined: null, owned: null,
    ...kept(),
  }
  pointer: Pointer | null = null
  /** The matte that was copied last. */
  copied: Plane | null = null
  screen = { width: 1, height: 1 }
  private listeners = new Set<() => void>()
  readonly turns: Turns
  readonly comparing: Comparing
  readonly plate = new Plate(() => this.set({}))
  private pointerListeners = new Set<() => void>()
  private repaintListeners = new Set<() => void>()

  constructor(readonly session: Session) {
    this.turns = new Turns(session, () => this.set({}))
    this.comparing = new Comparing(session, () => this.set({}))
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Told of every move of the pointer: only the status bar and the cursor listen. */
  onPointer = (listener: () => void): (() => void) => {
    this.pointerListeners.add(listener)
    return () => this.pointerListeners.delete(listener)
  }

  /** Told whenever the stage was drawn anew. */
  onRepaint = (listener: () => void): (() => void) => {
    this.repaintListeners.add(listener)
    return () => this.repaintListeners.delete(listener)
  }

  repainted(): void {
    for (const listener of this.repaintListeners) listener()
  }

  set(change: Partial<State>): void {
    this.state = { ...this.state, ...change }
    remember(this.state)
    for (const listener of this.listeners) listener()
  }

  point(at: Pointer | null): void {
    this.pointer = at
    for (const listener of this.pointerListeners) listener()
  }

  get mode(): Mode {
    return this.state.held ?? this.state.mode
  }

  get view(): View {
    return this.state.view ?? this.fitted()
  }

  fitted(): View {
    const { width, height, pixel_aspect: aspect } = this.session.shot.clip
    return fit(width, height, this.screen, (aspect[0] ?? 1) / (aspect[1] ?? 1))
  }

  actualSize(): View {
    const { width, height } = this.session.shot.clip
    return centre({ ...this.fitted(), scale: 1 }, width, height, this.screen)
  }

  zoom(factor: number, at: Pointer = { x: this.screen.width / 2, y: this.screen.height / 2 }): void {
    this.set({ view: zoomAt(this.view, at, factor) })
  }

  /** Go to a frame. Where its picture cannot be had one stays where one is, and is told why. */
  go(frame: number, direction?: 1 | -1): void {
    this.turns.take(() => this.session.go(frame, direction).catch((error: unknown) => this.stayed(error)))
  }

  /** What was meant for the other frame is not done on this one. */
  private stayed(error: unknown): void {
    this.turns.giveUp()
    this.session.changed()
    this.set({ fault: faultOf(error) })
  }

  /** Take a subject in hand. */
  select(subject: string): void {
    this.turns.take(() => this.session.select(subject))
  }

  /** Go to a frame where something is to be seen of a subject, and take the subject in hand. */
  show(subject: string, frame: number): void {
    this.select(subject)
    this.go(frame)
  }

  /** Seconds a frame is shown. */
  get frameSeconds(): number {
    const [number, unit] = this.session.shot.clip.rate
    return (unit ?? 1) / (number || 25)
  }
}

/** What a refusal or a lost line says; anything else is a fault of ours and thrown on. */
export function faultOf(error: unknown): State['fault'] {
  if (error instanceof ApiError) return { code: error.code, message: error.message }
  if (error instanceof Unreachable) return { code: 'unreachable', message: error.message }
  throw error
}

function kept(): Partial<State> {
  try {
    const { backdrop, ...kept } = JSON.parse(localStorage.getItem(STORE) ?? '{}') as Partial<State>
    // The person's own picture is gone with the page that it was chosen on.
    return backdrop && backdrop !== 'own' ? { ...kept, backdrop } : kept
  } catch {
    return {}
  }
}

function remember(state: State): void {
  localStorage.setItem(STORE, JSON.stringify(Object.fromEntries(KEPT.map((key) => [key, state[key]]))))
}
