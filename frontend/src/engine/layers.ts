/** The matte of one (frame, subject) on the desk: what the server has, what was painted since, and how to undo it. */
import { History } from './history'
import { copyPlane, emptyPlane, type Box, type Plane } from './planes'
import { Stroke, type Brush } from './stroke'
import { changedTiles, readTile, tileBox, type TileKey } from './tiles'

export type Presence = 'unknown' | 'absent' | 'occluded' | 'present'

export interface ToolCount {
  tool: string
  count: number
}

export class Layer {
  readonly history = new History()
  /** The server's state that the painting grew from. */
  base: Plane
  /** What the person sees. */
  plane: Plane
  parent: string | null
  presence: Presence
  private readonly touched = new Set<TileKey>()
  private readonly tools = new Map<string, number>()

  constructor(width: number, height: number, parent: string | null, presence: Presence, plane?: Plane) {
    this.base = plane ?? emptyPlane(width, height)
    this.plane = plane ? copyPlane(plane) : emptyPlane(width, height)
    this.parent = parent
    this.presence = presence
  }

  get dirty(): boolean {
    return this.touched.size > 0
  }

  get toolCounts(): ToolCount[] {
    return [...this.tools].map(([tool, count]) => ({ tool, count }))
  }

  begin(brush: Brush): Stroke {
    return new Stroke(this.plane, brush)
  }

  /** Keep a finished stroke; returns false where it changed nothing. */
  end(stroke: Stroke, tool: string): boolean {
    if (!this.history.record(this.plane, stroke.before)) return false
    this.note(stroke.before.keys())
    this.tools.set(tool, (this.tools.get(tool) ?? 0) + 1)
    return true
  }

  /** Take back a stroke that is still being drawn. */
  abandon(stroke: Stroke): void {
    for (const [key, tile] of stroke.before) this.lay(key, tile)
  }

  /** Put other pixels in place of what is there, as one step that can be undone. */
  replace(plane: Plane, tool: string): void {
    const keys = changedTiles(this.plane, plane)
    const before = new Map(keys.map((key) => [key, readTile(this.plane, key)]))
    this.plane.data.set(plane.data)
    if (!this.history.record(this.plane, before)) return
    this.note(keys)
    this.tools.set(tool, (this.tools.get(tool) ?? 0) + 1)
  }

  undo(): TileKey[] {
    return this.noted(this.history.undo(this.plane))
  }

  redo(): TileKey[] {
    return this.noted(this.history.redo(this.plane))
  }

  /** Tiles that differ from the server's state, with their pixels. */
  changes(): Map<TileKey, Uint8Array<ArrayBuffer>> {
    const changed = new Map<TileKey, Uint8Array<ArrayBuffer>>()
    for (const key of [...this.touched].sort((a, b) => a - b)) {
      const now = readTile(this.plane, key)
      if (now.some((value, i) => value !== this.baseAt(key, i))) changed.set(key, now)
      else this.touched.delete(key)
    }
    return changed
  }

  /** Lay tiles that a journal kept over the server's state. */
  recall(tiles: Map<TileKey, Uint8Array>): void {
    for (const [key, tile] of tiles) this.lay(key, tile)
    this.note(tiles.keys())
  }

  /** The server has `saved` now as revision `id`; what was painted since stays dirty. */
  saved(id: string, saved: Plane): void {
    this.base = saved
    this.parent = id
    for (const key of [...this.touched]) {
      const now = readTile(this.plane, key)
      if (now.every((value, i) => value === this.baseAt(key, i))) this.touched.delete(key)
    }
    if (!this.dirty) this.tools.clear()
  }

  box(keys: Iterable<TileKey>): Box | null {
    const boxes = [...keys].map((key) => tileBox(this.plane, key))
    if (boxes.length === 0) return null
    return {
      left: Math.min(...boxes.map((b) => b.left)),
      top: Math.min(...boxes.map((b) => b.top)),
      right: Math.max(...boxes.map((b) => b.right)),
      bottom: Math.max(...boxes.map((b) => b.bottom)),
    }
  }

  private noted(keys: TileKey[]): TileKey[] {
    this.note(keys)
    return keys
  }

  private note(keys: Iterable<TileKey>): void {
    for (const key of keys) this.touched.add(key)
    if (this.presence !== 'present') this.presence = 'present'
  }

  private baseAt(key: TileKey, i: number): number {
    const { left, top, right } = tileBox(this.base, key)
    const wide = right - left
    return this.base.data[(top + Math.floor(i / wide)) * this.base.width + left + (i % wide)]!
  }

  private lay(key: TileKey, tile: Uint8Array): void {
    const { left, top, right, bottom } = tileBox(this.plane, key)
    const wide = right - left
    for (let y = top, at = 0; y < bottom; y++, at += wide)
      this.plane.data.set(tile.subarray(at, at + wide), y * this.plane.width + left)
  }
}
