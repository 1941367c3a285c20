/** What the server finds of the parts of a shot: where one is missing, where it changes hands. Knows no framework. */
import { api, data } from '../api/client'
import { isPart, type Entity, type Finding } from './parts'

/** Saves come in rows: the last of them is asked after. */
const REST_MS = 1200

/** What it is about. */
export interface Desk {
  readonly shot: { id: string }
  readonly subjects: readonly Entity[]
  readonly following: { readonly running: boolean }
}

export class Checks {
  busy = false
  error: unknown = null
  private known: Finding[] = []
  private turn = 0
  private resting: ReturnType<typeof setTimeout> | undefined

  constructor(
    private readonly desk: Desk,
    private readonly changed: () => void,
  ) {}

  /** Of live parts, those with anything to look at. */
  get findings(): Finding[] {
    const live = new Set(this.desk.subjects.map(({ id }) => id))
    return this.known.filter(({ part, missing, changes }) => live.has(part) && missing.length + changes.length > 0)
  }

  of(part: string): Finding | undefined {
    return this.findings.find((one) => one.part === part)
  }

  /** Something changed: ask once it is quiet. */
  soon(): void {
    clearTimeout(this.resting)
    if (this.desk.subjects.some(isPart)) this.resting = setTimeout(() => void this.ask(), REST_MS)
  }

  async ask(): Promise<void> {
    if (!this.desk.subjects.some(isPart)) return
    // While frames are still coming nothing is missing yet.
    if (this.desk.following.running) return this.soon()
    const turn = ++this.turn
    this.put(true, null)
    try {
      const known = await data(api.GET('/api/shots/{id}/parts', { params: { path: { id: this.desk.shot.id } } }))
      if (turn !== this.turn) return
      this.known = known
      this.put(false, null)
    } catch (error) {
      if (turn === this.turn) this.put(false, error)
    }
  }

  close(): void {
    clearTimeout(this.resting)
    this.turn++ // an answer under way is nobody's
  }

  private put(busy: boolean, error: unknown): void {
    Object.assign(this, { busy, error })
    this.changed()
  }
}
