/** What the selected subject's matte is compared with: the pre-label, or the revision before. Knows no framework. */
import { api, data, Unreachable, ApiError, type Schemas } from '../api/client'
import { fetchMatte } from './bundle'
import type { Layer } from './layers'
import { Lru } from './lru'
import type { Plane } from './planes'

export type Against = 'prelabel' | 'previous'
type Revision = Pick<Schemas['Revision'], 'id' | 'source'>

const BYTES = 48 * 2 ** 20

export interface Scene {
  readonly shot: { clip: { id: string } }
  readonly frame: number
  readonly selected: string | null
  readonly current: Layer | undefined
}

export class Comparing {
  private readonly planes = new Lru<Plane>(BYTES)
  /** Questions under way and those that had no answer. */
  private readonly asked = new Map<string, 'coming' | 'nothing' | 'failed'>()

  constructor(
    private readonly scene: Scene,
    private readonly changed: () => void,
  ) {}

  /** The plane to compare with, once it is here; asks for it. */
  before(against: Against): Plane | null {
    const { current } = this.scene
    // What is painted and not saved yet is compared with what it was painted on.
    if (against === 'previous' && current?.dirty) return current.base
    const key = this.key(against)
    if (!key) return null
    const plane = this.planes.get(key)
    if (!plane && !this.asked.has(key)) void this.ask(key, against)
    return plane ?? null
  }

  /** There is none, or it cannot be had. */
  missing(against: Against): 'nothing' | 'failed' | null {
    const said = this.asked.get(this.key(against) ?? '')
    return said === undefined || said === 'coming' || (against === 'previous' && this.scene.current?.dirty) ? null : said
  }

  /** Ask again what could not be had. */
  retry(): void {
    for (const [key, said] of this.asked) if (said === 'failed') this.asked.delete(key)
  }

  private key(against: Against): string | null {
    const { frame, selected, current } = this.scene
    if (!selected || !current) return null
    return `${against}:${frame}:${selected}:${current.parent}`
  }

  private async ask(key: string, against: Against): Promise<void> {
    const { shot, frame, selected, current } = this.scene
    const parent = current!.parent
    this.asked.set(key, 'coming')
    try {
      const path = { clip: shot.clip.id, index: frame }
      const history = await data(api.GET('/api/frames/{clip}/{index}/history', { params: { path, query: { subject: selected! } } }))
      const found = choose(history, against, parent)
      if (found) this.put(key, await fetchMatte(`/api/revisions/${found}/planes?layer=matte`, current!.plane))
      else this.asked.set(key, 'nothing')
    } catch (error) {
      this.asked.set(key, 'failed')
      if (!(error instanceof ApiError || error instanceof Unreachable)) throw error
    } finally {
      this.changed()
    }
  }

  private put(key: string, plane: Plane): void {
    this.planes.set(key, plane, plane.data.length)
    // Dropped from memory it may be asked for again.
    this.asked.delete(key)
  }
}

/** Of a history, newest first, the revision to compare with: the first that a model made, or the one before `now`. */
export function choose(history: readonly Revision[], against: Against, now: string | null): string | null {
  if (against === 'prelabel') return history.findLast(({ source }) => source === 'model')?.id ?? null
  const place = history.findIndex(({ id }) => id === now)
  return place < 0 ? null : (history[place + 1]?.id ?? null)
}
