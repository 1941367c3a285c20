/** Sends what was painted: idempotent, one at a time, tried again until it is through or a person must choose. */
import { ApiError, send, Unreachable, type Schemas } from '../api/client'
import { decodePlane, readBundle } from './bundle'
import type { Layer, Presence } from './layers'
import { address, copyPlane, emptyPlane, type Plane } from './planes'
import { deflate } from './png'
import { mergeTiles, tilePlace, type TileKey } from './tiles'
import { newId } from './uuid'

export type Revision = Schemas['Revision']

export type SaveState =
  | { kind: 'saved'; at: number | null }
  | { kind: 'saving'; strokes: number }
  | { kind: 'offline'; strokes: number }
  | { kind: 'conflict'; conflict: Conflict }
  | { kind: 'error'; code: string; message: string }

/** Two people changed the same tiles: a person must choose. */
export interface Conflict {
  key: string
  head: Revision
  base: Plane
  mine: Plane
  theirs: Plane
  merged: Plane
  both: TileKey[]
}

export interface Place {
  clip: string
  frame: number
  subject: string
}

export interface Order {
  place: Place
  layer: Layer
  anchor: boolean
  task: string | null
}

export interface Outcome {
  revision: Revision
  side: boolean
}

/** One save as it goes over the wire; kept whole, so that a second try is byte for byte the first. */
interface Parcel {
  id: string
  form: FormData
  plane: Plane
}

export async function pack(order: Order): Promise<Parcel> {
  const { layer, place } = order
  const plane = copyPlane(layer.plane)
  const changes = layer.changes()
  const present = layer.presence === 'present'
  const layers = present && changes.size ? { matte: { address: await address(plane), tiles: places(plane, changes) } } : {}
  const meta = {
    ...place,
    parent: layer.parent,
    presence: layer.presence satisfies Presence,
    anchor: order.anchor,
    task: order.task,
    layers,
    tools: layer.toolCounts,
    encoding: 'deflate',
  }
  const form = new FormData()
  form.set('meta', JSON.stringify(meta))
  if (present && changes.size) form.set('tiles', new Blob([await deflate(joined([...changes.values()]))]), 'tiles')
  return { id: newId(), form, plane }
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

export class Saver {
  state: SaveState = { kind: 'saved', at: null }
  private chain: Promise<unknown> = Promise.resolve()

  constructor(
    private readonly changed: () => void,
    private readonly wait = (ms: number) => new Promise((done) => setTimeout(done, ms)),
  ) {}

  /** Save after all saves before it; resolves with the new head, or null where a person must choose first. */
  save(order: Order): Promise<Outcome | null> {
    const done = this.chain.then(() => this.run(order))
    this.chain = done.catch(() => undefined) // each caller hears of its own failure
    return done
  }

  private async run(order: Order): Promise<Outcome | null> {
    const strokes = order.layer.toolCounts.reduce((sum, tool) => sum + tool.count, 0)
    this.show({ kind: 'saving', strokes })
    const parcel = await pack(order)
    try {
      const outcome = await this.deliver(parcel, strokes)
      order.layer.saved(outcome.revision.id, parcel.plane)
      this.show({ kind: 'saved', at: Date.now() })
      return outcome
    } catch (error) {
      if (error instanceof ApiError && error.code === 'moved_head') return this.meet(order, error)
      if (error instanceof ApiError) this.show({ kind: 'error', code: error.code, message: error.message })
      throw error
    }
  }

  /** Send until somebody answers. */
  private async deliver(parcel: Parcel, strokes: number): Promise<Outcome> {
    for (let tries = 0; ; tries++) {
      try {
        const answer = await send(`/api/revisions/${parcel.id}`, { method: 'PUT', body: parcel.form })
        const revision = (await answer.json()) as Revision & { side: boolean }
        return { revision, side: revision.side }
      } catch (error) {
        const passing = error instanceof Unreachable || (error instanceof ApiError && error.status >= 500)
        if (!passing) throw error
        this.show({ kind: 'offline', strokes })
        await this.wait(WAITS[Math.min(tries, WAITS.length - 1)]!)
      }
    }
  }

  /** Somebody saved first: join what does not touch, ask for the rest. */
  private async meet(order: Order, refusal: ApiError): Promise<Outcome | null> {
    const head = refusal.detail.head as Revision | null
    if (!head) throw refusal
    const { layer } = order
    const theirs = await fetchMatte(head, layer.plane)
    const mine = copyPlane(layer.plane)
    const { merged, both } = mergeTiles(layer.base, mine, theirs)
    if (both.length) {
      const key = `${order.place.frame}:${order.place.subject}`
      this.show({ kind: 'conflict', conflict: { key, head, base: layer.base, mine, theirs, merged, both } })
      return null
    }
    settle(layer, head, theirs, merged)
    return this.run(order)
  }

  private show(state: SaveState): void {
    this.state = state
    this.changed()
  }
}

/** Stand the layer on the newer head, with `chosen` as what the person wants. */
export function settle(layer: Layer, head: Revision, theirs: Plane, chosen: Plane): void {
  layer.base = theirs
  layer.parent = head.id
  layer.replace(chosen, 'merge')
}

async function fetchMatte(head: Revision, like: Plane): Promise<Plane> {
  const answer = await send(`/api/revisions/${head.id}/planes?layer=matte`)
  const [first] = readBundle(await answer.arrayBuffer())
  return first ? decodePlane(first.bytes) : emptyPlane(like.width, like.height)
}
