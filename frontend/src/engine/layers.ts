/** The matte of one (frame, subject) on the desk: what the server has, what was painted since, and how to undo it. */
import { History, type Said, type Side, type Tiles } from './history'
import { copyPlane, emptyPlane, joinBoxes, type Box, type Plane } from './planes'
import { Stroke, type Brush } from './stroke'
import { changedTiles, readTile, sameBytes, tileBox, writeTile, type TileKey } from './tiles'

export type Presence = 'unknown' | 'absent' | 'occluded' | 'present'

export interface ToolCount {
  tool: string
  count: number
  /** Those that it asked: the server names the models that answered. */
  prompts?: string[]
}

/** As many as the server keeps of one tool. */
const PROMPTS = 256

export class Layer {
  readonly history = new History()
  /** The server's state that the painting grew from. */
  base: Plane
  /** What the person sees. */
  plane: Plane
  parent: string | null
  presence: Presence
  /** The presence that the server has. */
  basePresence: Presence
  /** The clicks that made it what it is, oldest first. */
  said: readonly Said[] = []
  /** Prompts that wait for an answer. */
  waiting = 0
  private drawing = false
  /** Tiles as they were before something was tried that is not kept yet. */
  private tried: Tiles | null = null
  private redraw: Box | null = null
  private readonly touched = new Set<TileKey>()
  private readonly tools = new Map<string, Omit<ToolCount, 'tool'>>()

  constructor(width: number, height: number, parent: string | null, presence: Presence, plane?: Plane) {
    this.base = plane ?? emptyPlane(width, height)
    this.plane = plane ? copyPlane(plane) : emptyPlane(width, height)
    this.parent = parent
    this.presence = this.basePresence = presence
  }

  /** Holds what the server does not have. */
  get dirty(): boolean {
    return this.touched.size > 0 || this.presence !== this.basePresence
  }

  /** A stroke is being drawn, something is tried or an answer is waited for: nobody may put another plane in place of
   * this one. */
  get busy(): boolean {
    return this.drawing || this.trying || this.waiting > 0
  }

  /** Something is shown that is neither kept nor given up. */
  get trying(): boolean {
    return this.tried !== null
  }

  get toolCounts(): ToolCount[] {
    return [...this.tools].map(([tool, used]) => ({ tool, ...used }))
  }

  begin(brush: Brush): Stroke {
    this.giveUp()
    this.drawing = true
    return new Stroke(this.plane, brush)
  }

  /** Keep a finished stroke; returns false where it changed nothing. */
  end(stroke: Stroke, tool: string): boolean {
    this.drawing = false
    return this.record(stroke.before, 'present', tool)
  }

  /** Take back a stroke that is still being drawn. */
  abandon(stroke: Stroke): void {
    this.drawing = false
    for (const [key, tile] of stroke.before) this.write(key, tile)
  }

  /** Show other pixels, until they are settled or given up. */
  try(plane: Plane): void {
    this.tried ??= new Map()
    for (const key of changedTiles(this.plane, plane)) {
      if (!this.tried.has(key)) this.tried.set(key, readTile(this.plane, key))
      this.write(key, readTile(plane, key))
    }
  }

  /** Keep what is tried as one step; returns false where it changed nothing. */
  settle(tool: string, said: readonly Said[] = []): boolean {
    const before = this.tried ?? new Map()
    this.tried = null
    return this.record(before, 'present', tool, said)
  }

  /** Take back what is tried. */
  giveUp(): void {
    for (const [key, tile] of this.tried ?? []) this.write(key, tile)
    this.tried = null
  }

  /** What changed since the last look, other than by the strokes that the hand drew in sight. */
  takeRedraw(): Box | null {
    const box = this.redraw
    this.redraw = null
    return box
  }

  /** Put other pixels in place of what is there, as one step that can be undone; returns false where nothing changed. */
  replace(plane: Plane, tool: string | null, presence: Presence = 'present'): boolean {
    this.giveUp()
    const before = new Map(changedTiles(this.plane, plane).map((key) => [key, readTile(this.plane, key)]))
    for (const key of before.keys()) this.write(key, readTile(plane, key))
    return this.record(before, presence, tool)
  }

  /** Lay the tiles that answer a prompt, as one step that can be undone; `said` are the clicks that it was asked by. */
  answer(tiles: Tiles, tool: string, prompt: string, said: readonly Said[] = []): void {
    this.giveUp()
    const before = new Map([...tiles.keys()].map((key) => [key, readTile(this.plane, key)]))
    for (const [key, tile] of tiles) this.write(key, tile)
    this.record(before, 'present', tool, said, prompt)
  }

  /** Take all away. */
  clear(): void {
    this.replace(emptyPlane(this.plane.width, this.plane.height), 'clear')
  }

  /** Say that the subject is not to be seen here: no plane remains, and undo brings it back. */
  mark(presence: Presence): void {
    const before = this.presence
    this.replace(emptyPlane(this.plane.width, this.plane.height), null, presence)
    // Where nothing was painted there is no pixel to change, and still something was said.
    if (this.presence !== presence) {
      const nothing = { tiles: new Map(), said: this.said }
      this.history.record({ before: { ...nothing, presence: before }, after: { ...nothing, presence } })
      this.presence = presence
    }
  }

  /** Both return the tiles that changed. */
  undo(): TileKey[] {
    return this.lay(this.history.undo())
  }

  redo(): TileKey[] {
    return this.lay(this.history.redo())
  }

  /** What is seen without what is only tried: what may be saved. */
  get kept(): Plane {
    const plane = copyPlane(this.plane)
    for (const [key, tile] of this.tried ?? []) writeTile(plane, key, tile)
    return plane
  }

  /** Tiles that differ from the server's state, with their pixels; what is only tried is not among them. */
  changes(): Tiles {
    this.forgetEqual()
    const keys = [...this.touched].sort((a, b) => a - b)
    return new Map(keys.map((key) => [key, this.keptTile(key)]))
  }

  /** Lay what a journal kept over the server's state. */
  recall(tiles: Map<TileKey, Uint8Array>, presence: Presence, tools: ToolCount[]): void {
    for (const [key, tile] of tiles) {
      this.write(key, tile)
      this.touched.add(key)
    }
    this.presence = presence
    for (const { tool, ...used } of tools) this.tools.set(tool, used)
  }

  /** The server has `saved` now as revision `id`; what was painted since stays dirty. */
  saved(id: string, saved: Plane, presence: Presence): void {
    this.base = saved
    this.parent = id
    this.basePresence = presence
    this.forgetEqual()
    if (!this.dirty) this.tools.clear()
  }

  /** The server has another state than this one grew from. */
  rebase(id: string, base: Plane, presence: Presence): void {
    this.base = base
    this.parent = id
    this.basePresence = presence
    this.touched.clear()
    for (const key of changedTiles(this.plane, base)) this.touched.add(key)
  }

  private record(old: Tiles, presence: Presence, tool: string | null, said: readonly Said[] = [], prompt?: string): boolean {
    const before: Tiles = new Map()
    const after: Tiles = new Map()
    for (const [key, tile] of old) {
      const now = readTile(this.plane, key)
      if (sameBytes(tile, now)) continue
      before.set(key, tile)
      after.set(key, now)
      this.touched.add(key)
    }
    if (after.size === 0) return false
    this.history.record({
      before: { tiles: before, presence: this.presence, said: this.said },
      after: { tiles: after, presence, said: [...this.said, ...said] },
    })
    this.presence = presence
    this.said = [...this.said, ...said]
    if (tool) this.count(tool, prompt)
    return true
  }

  private count(tool: string, prompt?: string): void {
    const { count = 0, prompts = [] } = this.tools.get(tool) ?? {}
    const asked = prompt ? [...prompts, prompt].slice(-PROMPTS) : prompts
    this.tools.set(tool, { count: count + 1, ...(asked.length ? { prompts: asked } : {}) })
  }

  private lay(side: Side | null): TileKey[] {
    this.giveUp()
    if (!side) return []
    for (const [key, tile] of side.tiles) {
      this.write(key, tile)
      this.touched.add(key)
    }
    this.presence = side.presence
    this.said = side.said
    return [...side.tiles.keys()]
  }

  private write(key: TileKey, tile: Uint8Array): void {
    writeTile(this.plane, key, tile)
    this.redraw = joinBoxes(this.redraw, tileBox(this.plane, key))
  }

  private forgetEqual(): void {
    for (const key of [...this.touched]) if (sameBytes(this.keptTile(key), readTile(this.base, key))) this.touched.delete(key)
  }

  private keptTile(key: TileKey): Uint8Array<ArrayBuffer> {
    return this.tried?.get(key) ?? readTile(this.plane, key)
  }
}
