/** Sends what was painted: idempotent, one at a time, tried again until it is through or a person must choose. */
import { ApiError, send, Unreachable, type Schemas } from '../api/client'
import { fetchMatte } from './bundle'
import type { Tiles } from './history'
import type { Layer, Presence } from './layers'
import { join, settle, type Conflict, type Revision } from './merging'
import { address, copyPlane, type Plane } from './planes'
import { deflate } from './png'
import { changedTiles, readTile, tilePlace, writeTile, type TileKey } from './tiles'
import { newId } from './uuid'

export type { Conflict } from './merging'

type Saved = Schemas['Saved']

export type SaveState =
  | { kind: 'saved'; at: number | null }
  | { kind: 'saving'; strokes: number }
  | { kind: 'offline'; strokes: number }
  | { kind: 'conflict'; conflict: Conflict }
  | { kind: 'error'; code: string; message: string }

export interface Place {
  clip: string
  frame: number
  subject: string
}

export interface Order {
  place: Place
  layer: Layer
  anchor: boolean
  /** Asked for in so many words, so that it is a revision even where nothing was painted. */
  asked: boolean
  task: string | null
  /** Told in the same breath in which the layer learns it, so that nobody sees the one without the other. */
  took?: (outcome: Outcome) => void
}

export interface Outcome {
  revision: Revision
  /** Kept beside the heads: another person holds the task. */
  side: boolean
}

/** One save as it goes over the wire; kept whole, so that a second try is byte for byte the first. */
interface Parcel {
  id: string
  form: FormData
  plane: Plane
  presence: Presence
}

async function pack(order: Order): Promise<Parcel> {
  const { layer, place } = order
  const { parent, presence, toolCounts } = layer
  const plane = layer.kept
  const said = { ...place, parent, presence, anchor: order.anchor, task: order.task, tools: toolCounts }
  const form = await formOf(said, plane, presence === 'present' ? layer.changes() : new Map())
  return { id: newId(), form, plane, presence }
}

/** A form that says `meta`, and which tiles of `plane` differ from its parent. */
export async function formOf(meta: object, plane: Plane, changes: Tiles): Promise<FormData> {
  const layers = changes.size ? { matte: { address: await address(plane), tiles: places(plane, changes) } } : {}
  const form = new FormData()
  form.set('meta', JSON.stringify({ ...meta, layers, encoding: 'deflate' }))
  if (changes.size) form.set('tiles', new Blob([await deflate(joined([...changes.values()]))]), 'tiles')
  return form
}

function places(plane: Plane, tiles: Map<TileKey, unknown>): number[][] {
  return [...tiles.keys()].map((key) => tilePlace(plane, key))
}

function joined(parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

const WAITS = [500, 1000, 2000, 5000, 10_000]

type Problem = Extract<SaveState, { kind: 'conflict' | 'error' }>

export class Saver {
  private now: SaveState = { kind: 'saved', at: null }
  /** What still needs a person, by frame and subject: a save of another frame does not hide it. */
  private readonly problems = new Map<string, Problem>()
  private chain: Promise<unknown> = Promise.resolve()

  constructor(
    private readonly changed: () => void,
    private readonly wait = (ms: number) => new Promise((done) => setTimeout(done, ms)),
  ) {}

  get state(): SaveState {
    const problems = [...this.problems.values()]
    if (this.now.kind === 'offline') return this.now
    const conflict = problems.find((problem) => problem.kind === 'conflict')
    if (conflict) return conflict
    return this.now.kind === 'saved' ? (problems[0] ?? this.now) : this.now
  }

  /** Save after all saves before it, unless those have left nothing to save; false where a person must choose first. */
  save(order: Order): Promise<boolean> {
    const done = this.chain.then(() => (order.layer.dirty || order.asked ? this.run(order) : true))
    this.chain = done.catch(() => undefined) // each caller hears of its own failure
    return done
  }

  /** Keep the unsaved state with the server as well, so that it is there on another machine. No try is repeated: the
   * journal has it, and the next rest brings the next draft. */
  draft(order: Order): Promise<void> {
    const done = this.chain.then(() => this.sendDraft(order))
    this.chain = done
    return done
  }

  private async sendDraft({ place, layer, ...rest }: Order): Promise<void> {
    const path = `/api/drafts/${place.clip}/${place.frame}/${place.subject}`
    try {
      // A save that went before it has sent all, and the server has dropped the draft with it.
      if (layer.dirty) await send(path, { method: 'PUT', body: (await pack({ place, layer, ...rest })).form })
    } catch (error) {
      if (!(error instanceof ApiError || error instanceof Unreachable)) throw error
    }
  }

  /** The person chose: their own tiles, or the others', where both changed. The layer is to be saved then. */
  resolve(conflict: Conflict, layer: Layer, keepMine: boolean): void {
    const { head, theirs } = conflict
    // Anew, since more may have been painted after the question came up.
    const mine = layer.kept
    const { merged, both } = join(layer, mine, theirs, head.presence)
    const chosen = copyPlane(merged)
    if (keepMine) for (const key of both) writeTile(chosen, key, readTile(mine, key))
    this.problems.delete(conflict.key)
    settle(layer, head, theirs, chosen, keepMine ? layer.presence : head.presence)
    this.changed()
  }

  private async run(order: Order): Promise<boolean> {
    const key = `${order.place.frame}:${order.place.subject}`
    this.show({ kind: 'saving', strokes: strokesOf(order.layer) })
    const parcel = await pack(order)
    try {
      const outcome = await this.deliver(parcel, strokesOf(order.layer))
      return this.through(key, order, outcome, parcel)
    } catch (error) {
      if (error instanceof ApiError && error.code === 'moved_head') return this.meet(key, order, error)
      if (error instanceof ApiError) this.problems.set(key, { kind: 'error', code: error.code, message: error.message })
      this.show({ kind: 'saved', at: null })
      throw error
    }
  }

  private through(key: string, order: Order, outcome: Outcome, sent: Pick<Parcel, 'plane' | 'presence'>): true {
    order.layer.saved(outcome.revision.id, sent.plane, sent.presence)
    order.took?.(outcome)
    this.problems.delete(key)
    this.show({ kind: 'saved', at: Date.now() })
    return true
  }

  /** The same bytes again until somebody answers. */
  private deliver(parcel: Parcel, strokes: number): Promise<Outcome> {
    return this.patiently(strokes, async () => {
      const answer = await send(`/api/revisions/${parcel.id}`, { method: 'PUT', body: parcel.form })
      const revision = (await answer.json()) as Saved
      return { revision, side: revision.side }
    })
  }

  private async patiently<T>(strokes: number, act: () => Promise<T>): Promise<T> {
    for (let tries = 0; ; tries++) {
      try {
        return await act()
      } catch (error) {
        const passing = error instanceof Unreachable || (error instanceof ApiError && error.status >= 500)
        if (!passing) throw error
        this.show({ kind: 'offline', strokes })
        await this.wait(WAITS[Math.min(tries, WAITS.length - 1)]!)
      }
    }
  }

  /** Somebody saved first: join what does not touch, ask for the rest. */
  private async meet(key: string, order: Order, refusal: ApiError): Promise<boolean> {
    const head = refusal.detail.head as Revision | null
    if (!head) throw refusal
    const { layer } = order
    const theirs = await this.patiently(strokesOf(layer), () => fetchMatte(`/api/revisions/${head.id}/planes?layer=matte`, layer.plane))
    const mine = layer.kept
    const { merged, both } = join(layer, mine, theirs, head.presence)
    if (both.length) {
      this.problems.set(key, { kind: 'conflict', conflict: { key, head, mine, theirs, both } })
      this.show({ kind: 'saved', at: null })
      return false
    }
    const theirsStands = layer.presence !== head.presence && changedTiles(merged, mine).length > 0
    settle(layer, head, theirs, merged, theirsStands ? head.presence : layer.presence)
    // Their state holds all that was painted here: a crash came between the save and our hearing of it.
    if (!layer.dirty && !order.asked) return this.through(key, order, { revision: head, side: false }, { plane: theirs, presence: head.presence })
    return this.run(order)
  }

  private show(state: SaveState): void {
    this.now = state
    this.changed()
  }
}

function strokesOf(layer: Layer): number {
  return layer.toolCounts.reduce((sum, tool) => sum + tool.count, 0)
}
