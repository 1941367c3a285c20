/** Undo and redo as tile deltas, for one frame and subject: undo never leaves the frame. */
import type { Plane } from './planes'
import { readTile, sameBytes, writeTile, type TileKey } from './tiles'

type Tiles = Map<TileKey, Uint8Array<ArrayBuffer>>

interface Step {
  before: Tiles
  after: Tiles
}

export const DEPTH = 200

export class History {
  private readonly done: Step[] = []
  private undone: Step[] = []

  get canUndo(): boolean {
    return this.done.length > 0
  }

  get canRedo(): boolean {
    return this.undone.length > 0
  }

  /** Keep what a change did, from the tiles as they were before it; returns false where nothing changed. */
  record(plane: Plane, before: Tiles): boolean {
    const step: Step = { before: new Map(), after: new Map() }
    for (const [key, old] of before) {
      const now = readTile(plane, key)
      if (sameBytes(old, now)) continue
      step.before.set(key, old)
      step.after.set(key, now)
    }
    if (step.after.size === 0) return false
    this.done.push(step)
    if (this.done.length > DEPTH) this.done.shift()
    this.undone = []
    return true
  }

  /** Take the latest change back; returns the tiles that changed. */
  undo(plane: Plane): TileKey[] {
    const step = this.done.pop()
    if (!step) return []
    this.undone.push(step)
    return lay(plane, step.before)
  }

  redo(plane: Plane): TileKey[] {
    const step = this.undone.pop()
    if (!step) return []
    this.done.push(step)
    return lay(plane, step.after)
  }

  clear(): void {
    this.done.length = 0
    this.undone = []
  }
}

function lay(plane: Plane, tiles: Tiles): TileKey[] {
  for (const [key, tile] of tiles) writeTile(plane, key, tile)
  return [...tiles.keys()]
}
