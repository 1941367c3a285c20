/** A propagation from one anchor: what it will change, how far it has come, what it changed. Knows no framework. */
import { api, data, type Schemas } from '../api/client'

export type Reach = Schemas['ReachEnum']
export type Span = Schemas['Span']
export type Run = Pick<Span, 'first' | 'last'>
type Job = Schemas['Job']

/** How often the job is looked at: a frame takes about as long. */
const LOOK_MS = 600

export interface Plan {
  subject: string
  frame: number
  reach: Reach
  spans: Span[]
}

export type Standing =
  | { kind: 'idle' }
  | { kind: 'planned'; plan: Plan }
  | { kind: 'running'; plan: Plan; job: Job; stopping: boolean }
  | { kind: 'over'; plan: Plan; job: Job; changed: number[] }
  | { kind: 'undone'; frames: number[] }

/** What it works on. */
export interface Desk {
  readonly shot: { id: string }
  readonly selected: string | null
  readonly frame: number
  /** Save what is on the desk and make the shown frame an anchor, unless it is one. */
  pin(): Promise<void>
  saveAll(): Promise<void>
  /** Show what the server holds by now. */
  refresh(): Promise<void>
  /** By frame, the state of a subject that stands, where a machine made it. */
  revisions(subject: string): Map<number, string>
}

/** By shot the propagation whose outcome the person has seen and put away. */
export interface Told {
  get(shot: string): string | null
  put(shot: string, job: string): void
}

const keyOf = (shot: string) => `koutu.propagation.told.${shot}`
const kept: Told = { get: (shot) => localStorage.getItem(keyOf(shot)), put: (shot, job) => localStorage.setItem(keyOf(shot), job) }

export class Following {
  standing: Standing = { kind: 'idle' }
  private before = new Map<number, string>()
  private looking: ReturnType<typeof setTimeout> | undefined
  private closed = false
  private turn = 0

  constructor(
    private readonly desk: Desk,
    private readonly changed: () => void,
    private readonly told: Told = kept,
  ) {}

  /** Frames that will be, or are being, or were changed. */
  get spans(): Run[] {
    if (this.standing.kind === 'over') return runs(this.standing.changed)
    return this.standing.kind === 'planned' || this.standing.kind === 'running' ? this.standing.plan.spans : []
  }

  get running(): boolean {
    return this.standing.kind === 'running'
  }

  /** Ask what a propagation from the shown frame would change. Throws the server's refusal. */
  async plan(reach: Reach): Promise<void> {
    const { selected: subject, frame } = this.desk
    if (!subject || this.running) return
    const asked = ++this.turn
    // What anchors that changed reach does not begin here.
    await (reach === 'changed' ? this.desk.saveAll() : this.desk.pin())
    const spans = await data(api.GET('/api/shots/{id}/propagate', { params: { path: this.path(), query: { subject, frame, reach } } }))
    // What came in between, such as a start or a second thought, has the word.
    if (asked === this.turn) this.put({ kind: 'planned', plan: { subject, frame, reach, spans } })
  }

  /** Do what was planned; resolves once it is asked for. */
  async start(): Promise<void> {
    if (this.standing.kind !== 'planned') return
    const { plan } = this.standing
    const { subject, frame, reach, spans } = plan
    this.before = this.desk.revisions(subject)
    this.put({ kind: 'idle' }) // a refusal leaves no plan behind
    const job = await data(api.POST('/api/shots/{id}/propagate', { params: { path: this.path() }, body: { subject, frame, reach, spans } }))
    this.put({ kind: 'running', plan, job, stopping: false })
    this.lookSoon()
  }

  /** Go on showing what was asked for before the page was opened anew, or what became of it since. */
  async rejoin(): Promise<void> {
    const [one] = await data(api.GET('/api/shots/{id}/propagations', { params: { path: this.path() } }))
    if (!one || this.standing.kind !== 'idle' || this.closed) return
    const { job, subject, frame, spans, changed } = one
    const plan: Plan = { subject, frame, reach: 'both', spans }
    if (isOver(job)) {
      if ((changed.length > 0 || job.state === 'failed') && job.id !== this.told.get(this.desk.shot.id)) this.put({ kind: 'over', plan, job, changed })
      return
    }
    this.before = this.desk.revisions(subject)
    for (const index of changed) this.before.delete(index)
    this.put({ kind: 'running', plan, job, stopping: job.cancel_requested })
    this.lookSoon()
  }

  /** Make every frame that stands as the propagation left it what it was before. */
  async undo(): Promise<void> {
    if (this.standing.kind !== 'over') return
    const body = { job: this.standing.job.id }
    const { frames } = await data(api.POST('/api/shots/{id}/propagations/undo', { params: { path: this.path() }, body }))
    await this.desk.refresh()
    this.put({ kind: 'undone', frames })
  }

  /** What is done stays. */
  async stop(): Promise<void> {
    if (this.standing.kind !== 'running' || this.standing.stopping) return
    const { job } = this.standing
    this.put({ ...this.standing, stopping: true })
    try {
      await data(api.POST('/api/jobs/{id}/cancel', { params: { path: { id: job.id } } }))
    } catch (error) {
      if (this.standing.kind === 'running') this.put({ ...this.standing, stopping: false })
      throw error
    }
  }

  dismiss(): void {
    if (!this.running) this.put({ kind: 'idle' })
  }

  close(): void {
    this.closed = true
    clearTimeout(this.looking)
  }

  private path(): { id: string } {
    return { id: this.desk.shot.id }
  }

  private put(standing: Standing): void {
    this.turn++
    if (this.standing.kind === 'over' && standing.kind !== 'over') this.told.put(this.desk.shot.id, this.standing.job.id)
    this.standing = standing
    this.changed()
  }

  private lookSoon(): void {
    if (!this.closed) this.looking = setTimeout(() => void this.look().catch(() => this.lookSoon()), LOOK_MS)
  }

  private async look(): Promise<void> {
    if (this.standing.kind !== 'running') return
    const { plan, job: before } = this.standing
    const job = await data(api.GET('/api/jobs/{id}', { params: { path: { id: before.id } } }))
    if (job.done !== before.done || isOver(job)) await this.desk.refresh()
    if (isOver(job)) return this.put({ kind: 'over', plan, job, changed: this.changedSince(plan.subject) })
    // Somebody may have said stop while this was on its way.
    this.put({ kind: 'running', plan, job, stopping: this.standing.stopping })
    this.lookSoon()
  }

  private changedSince(subject: string): number[] {
    const now = [...this.desk.revisions(subject)]
    return now.filter(([frame, revision]) => this.before.get(frame) !== revision).map(([frame]) => frame).sort((a, b) => a - b)
  }
}

function isOver(job: Job): boolean {
  return job.state === 'done' || job.state === 'failed' || job.state === 'cancelled'
}

/** Frames in order as runs without a gap. */
export function runs(frames: number[]): Run[] {
  const found: Run[] = []
  for (const frame of frames) {
    const before = found[found.length - 1]
    if (before?.last === frame - 1) before.last = frame
    else found.push({ first: frame, last: frame })
  }
  return found
}

/** Frames of all runs. */
export function lengthOf(spans: Run[]): number {
  return spans.reduce((sum, { first, last }) => sum + last - first + 1, 0)
}
