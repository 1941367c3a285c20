/** Undo and redo as tile deltas, for one frame and subject: undo never leaves the frame. */
import type { Presence } from './layers'
import type { TileKey } from './tiles'

export type Tiles = Map<TileKey, Uint8Array<ArrayBuffer>>

/** A click in source pixels; `inside` says that this is the subject. */
export interface Said {
  x: number
  y: number
  inside: boolean
}

/** The tiles, the presence and the clicks on one side of a change. */
export interface Side {
  tiles: Tiles
  presence: Presence
  said: readonly Said[]
}

export interface Step {
  before: Side
  after: Side
}

export const DEPTH = 200
/** A step over the whole of a 4K plane is 17 MB: the number of steps alone would not bound memory. */
export const BYTES = 96 * 2 ** 20

export class History {
  private readonly done: Step[] = []
  private undone: Step[] = []
  private bytes = 0

  get canUndo(): boolean {
    return this.done.length > 0
  }

  get canRedo(): boolean {
    return this.undone.length > 0
  }

  /** Keep a change; what was taken back before it is gone. The oldest steps go first where room is short. */
  record(step: Step): void {
    for (const gone of this.undone) this.bytes -= sizeOf(gone)
    this.undone = []
    this.done.push(step)
    this.bytes += sizeOf(step)
    while (this.done.length > 1 && (this.done.length > DEPTH || this.bytes > BYTES)) this.bytes -= sizeOf(this.done.shift()!)
  }

  /** Take the latest change back; returns the side to lay down. */
  undo(): Side | null {
    const step = this.done.pop()
    if (!step) return null
    this.undone.push(step)
    return step.before
  }

  redo(): Side | null {
    const step = this.undone.pop()
    if (!step) return null
    this.done.push(step)
    return step.after
  }
}

function sizeOf(step: Step): number {
  let bytes = 0
  for (const tile of step.after.tiles.values()) bytes += 2 * tile.length
  return bytes
}
