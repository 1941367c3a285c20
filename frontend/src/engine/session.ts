/** The editing of one shot: which frame is shown, what is on the desk, how it gets saved. Knows no framework. */
import { ApiError, api, data, Unreachable, type Schemas } from '../api/client'
import { Asking } from './asking'
import { Checks } from './checks'
import { clamp } from './clamp'
import { Following } from './following'
import { Frames } from './frames'
import { Journal, unsentOf } from './journal'
import type { Layer, Presence } from './layers'
import type { Revision } from './merging'
import { Modifying } from './modifying'
import { isPart } from './parts'
import { Saver, type Conflict, type Order, type Outcome } from './saver'
import { recover, type Recovered } from './recovery'
import { keyOf, Sheets, type Head, type Shot } from './sheets'
import { UnderWay } from './underway'
import { newId } from './uuid'

export type { Head, Shot } from './sheets'
export type Subject = Schemas['Subject']
export type Task = Schemas['Task']

const REST_MS = 30_000
const DRAFT_MS = 4_000

export class Session {
  frame: number
  selected: string | null = null
  task: Task | null = null
  readOnly: string | null = null
  recovered: Recovered | null = null
  version = 0
  readonly frames: Frames
  readonly saver: Saver
  readonly following: Following
  readonly asking: Asking
  readonly checks: Checks
  readonly modifying: Modifying
  private readonly sheets: Sheets
  private readonly underWay = new UnderWay(() => this.changed())
  private readonly pending = new Set<Promise<unknown>>()
  private listeners = new Set<() => void>()
  private rest: ReturnType<typeof setTimeout> | undefined
  private drafting: ReturnType<typeof setTimeout> | undefined
  private journal: Journal | null = null

  constructor(
    public shot: Shot,
    frame: number,
    readonly person: string,
  ) {
    this.frame = clamp(frame, shot.first, shot.last)
    this.frames = new Frames(shot.clip, shot.first, shot.last)
    this.saver = new Saver(() => this.changed())
    this.sheets = new Sheets(this, () => this.changed())
    this.following = new Following(this, () => this.changed())
    this.asking = new Asking(this, () => this.changed())
    this.checks = new Checks(this, () => this.changed())
    this.modifying = new Modifying(this, () => this.changed())
    this.selected = this.subjects[0]?.id ?? null
    this.task = this.taskAt(this.frame)
  }

  // --- what the page draws -------------------------------------------------

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** People, then parts: a part is drawn over its owner. */
  get subjects(): Subject[] {
    const live = this.shot.subjects.filter((subject) => !subject.deleted_at)
    return [...live.filter((one) => !isPart(one)), ...live.filter(isPart)]
  }

  get people(): Subject[] {
    return this.subjects.filter((one) => !isPart(one))
  }

  get chosen(): Subject | undefined {
    return this.subjects.find((one) => one.id === this.selected)
  }

  head(subject: string, frame = this.frame): Head | undefined {
    return this.heads.get(keyOf(frame, subject))
  }

  get heads(): Map<string, Head> {
    return this.sheets.heads
  }

  layer(subject: string, frame = this.frame): Layer | undefined {
    return this.sheets.get(frame, subject)
  }

  get current(): Layer | undefined {
    return this.selected ? this.layer(this.selected) : undefined
  }

  get editable(): boolean {
    return this.readOnly === null && this.selected !== null && this.current !== undefined
  }

  /** The sheet in hand, or the picture under it, is not here yet but on its way. */
  get arriving(): boolean {
    return !this.readOnly && this.selected !== null && this.underWay.awaits(!!this.current)
  }

  taskAt(frame: number): Task | null {
    return this.shot.tasks.find((task) => task.first <= frame && frame <= task.last) ?? null
  }

  select(subject: string): void {
    this.modifying.leave()
    this.selected = subject
    this.changed()
  }

  /** The person has seen what was recovered. */
  acknowledge(): void {
    this.recovered = null
    this.changed()
  }

  changed(): void {
    this.version++
    for (const listener of this.listeners) listener()
  }

  // --- opening and moving --------------------------------------------------

  /** The first frame does not wait for anything else. */
  open = (): Promise<void> => this.underWay.load(this.opened())

  private async opened(): Promise<void> {
    const first = this.frames.get(this.frame).then(() => this.changed())
    this.journal = await Journal.open(this.person)
    await Promise.all([first, this.loadHeads(), this.claim()])
    await this.loadWindow()
    await this.recall()
    this.frames.ahead(this.frame)
    void this.checks.ask()
  }

  go = (frame: number, direction: 1 | -1 = 1): Promise<void> => this.underWay.load(this.moved(frame, direction))

  private async moved(frame: number, direction: 1 | -1): Promise<void> {
    const next = clamp(frame, this.shot.first, this.shot.last)
    if (next === this.frame) return
    const left = this.frame
    this.modifying.leave()
    this.frame = next
    const task = this.taskAt(next)
    if (task?.id !== this.task?.id) {
      this.task = task
      void this.claim()
    }
    if (this.frames.ready(next)) this.changed()
    this.saveFrame(left).catch(onlyRefusals)
    await this.arrive(next, left)
    this.changed()
    await this.loadWindow()
    this.frames.ahead(next, direction)
  }

  /** The number and the picture are always of one frame: without the picture one stays where one was. */
  private async arrive(next: number, left: number): Promise<void> {
    try {
      await this.underWay.picture(this.frames.get(next))
    } catch (error) {
      if (this.frame === next) this.frame = left
      throw error
    }
  }

  async claim(): Promise<void> {
    if (!this.task) return
    try {
      const path = { params: { path: { id: this.task.id } } }
      if (this.task.stage !== 'accepted') this.put(await data(api.POST('/api/tasks/{id}/claim', path)))
      this.readOnly = this.task.stage === 'accepted' ? 'accepted' : null
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      this.readOnly = error.code
    }
    this.changed()
  }

  /** Take a task as the server gives it. */
  put(task: Task): void {
    this.shot = { ...this.shot, tasks: this.shot.tasks.map((held) => (held.id === task.id ? task : held)) }
    if (this.task?.id === task.id) this.task = task
    this.readOnly = task.stage === 'accepted' ? 'accepted' : this.readOnly === 'accepted' ? null : this.readOnly
    this.changed()
  }

  async reloadShot(): Promise<void> {
    this.shot = await data(api.GET('/api/shots/{id}', { params: { path: { id: this.shot.id } } }))
    if (!this.subjects.some((subject) => subject.id === this.selected)) this.selected = this.subjects[0]?.id ?? null
    this.task = this.taskAt(this.frame)
    await this.refresh()
  }

  loadHeads = (): Promise<void> => this.sheets.loadHeads()

  /** The mattes round the shown frame. Without the server one goes on with those that are here. */
  async loadWindow(): Promise<void> {
    try {
      await this.sheets.loadWindow()
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error
    }
    this.changed()
  }

  // --- painting and saving -------------------------------------------------

  /** A stroke (or undo) is done: into the journal now, to the server as a draft and after a rest as a revision. */
  painted(): void {
    if (this.current && this.selected) this.keep(this.frame, this.selected, this.current)
  }

  /** The same of any frame and subject. */
  keep(frame: number, subject: string, layer: Layer): void {
    this.write(frame, subject, layer)
    this.restThenSave()
    clearTimeout(this.drafting)
    this.drafting = setTimeout(() => void this.saver.draft(this.order(frame, subject, layer)), DRAFT_MS)
    this.changed()
  }

  /** All saves that are under way are through, or refused. */
  settled = (): Promise<unknown> => Promise.allSettled(this.pending)

  private write(frame: number, subject: string, layer: Layer): void {
    const entry = unsentOf(this.shot.id, frame, subject, layer)
    this.track((layer.dirty ? this.journal?.write(entry) : this.journal?.forget(entry.key)) ?? Promise.resolve())
  }

  private async recall(): Promise<void> {
    this.recovered = await recover(this.shot, this.sheets, (await this.journal?.of(this.shot.id)) ?? [])
    if (this.recovered) this.restThenSave()
    this.changed()
  }

  private restThenSave(): void {
    clearTimeout(this.rest)
    // A refusal stands in the save chip.
    this.rest = setTimeout(() => void this.saveAll().catch(onlyRefusals), REST_MS)
  }

  get unsent(): number {
    return this.sheets.dirty().length
  }

  /** Save all that is on the desk; throws where something could not be, after everything was tried. */
  async saveAll(): Promise<void> {
    clearTimeout(this.rest)
    clearTimeout(this.drafting)
    const saves = this.sheets.dirty().map(({ frame, subject, layer }) => this.save(frame, subject, layer))
    const done = await Promise.allSettled([...saves, ...this.pending])
    const failed = done.find((one) => one.status === 'rejected')
    if (failed) throw failed.reason
  }

  unconfirmed = (frame: number, subject: string): Promise<Layer | undefined> => this.sheets.unconfirmed(frame, subject)

  /** Save one sheet now; the journal has it until the server does. */
  send(frame: number, subject: string, layer: Layer): Promise<void> {
    this.write(frame, subject, layer)
    return this.save(frame, subject, layer)
  }

  private async saveFrame(frame: number): Promise<void> {
    const there = this.sheets.dirty().filter((one) => one.frame === frame)
    await Promise.all(there.map(({ subject, layer }) => this.save(frame, subject, layer)))
  }

  private order(frame: number, subject: string, layer: Layer, asked = false): Order {
    const place = { clip: this.shot.clip.id, frame, subject }
    const anchor = asked || (this.head(subject, frame)?.anchored ?? false)
    const took = (outcome: Outcome) => this.took(outcome)
    return { place, layer, anchor, asked, task: this.taskAt(frame)?.id ?? null, took }
  }

  /** Save what was painted; `confirmed` makes it an anchor, painted on or not. */
  private save(frame: number, subject: string, layer: Layer, confirmed = false): Promise<void> {
    return this.track(this.sent(frame, subject, layer, this.order(frame, subject, layer, confirmed)))
  }

  private async sent(frame: number, subject: string, layer: Layer, order: Order): Promise<void> {
    try {
      if (!(await this.saver.save(order))) throw new ApiError(409, 'moved_head', 'Another person saved the same place first.')
      this.write(frame, subject, layer)
    } catch (error) {
      if (error instanceof ApiError && error.code === 'accepted') this.readOnly = 'accepted'
      throw error
    } finally {
      this.changed()
    }
  }

  private track<T>(work: Promise<T>): Promise<T> {
    this.pending.add(work)
    void work.finally(() => this.pending.delete(work)).catch(() => undefined)
    return work
  }

  private took({ revision, side }: Outcome): void {
    // A side revision is an offer to the holder, not what stands.
    if (side) this.readOnly = 'held'
    else this.stands(revision)
  }

  private stands(revision: Revision): void {
    this.sheets.stands(revision)
    this.checks.soon()
  }

  /** Confirm the frame as an anchor, painted on or not. */
  async confirm(): Promise<void> {
    const layer = this.current
    if (!layer || !this.selected || layer.presence === 'unknown') return
    await this.save(this.frame, this.selected, layer, true)
  }

  /** Save what is on the desk and make the shown frame an anchor, unless it is one. */
  async pin(): Promise<void> {
    await this.saveAll()
    if (this.selected && !this.head(this.selected)?.anchored) await this.confirm()
  }

  /** Show what the server holds by now; work on the desk stays. */
  refresh = (): Promise<void> => this.underWay.load(this.refreshed())

  private async refreshed(): Promise<void> {
    await this.loadHeads()
    await this.loadWindow()
    this.checks.soon()
  }

  revisions = (subject: string): Map<number, string> => this.sheets.revisions(subject)

  /** Say that the selected subject is (or is not) in this frame. */
  async mark(presence: Presence): Promise<void> {
    const layer = this.current
    if (!layer || !this.selected) return
    layer.mark(presence)
    this.painted()
    await this.save(this.frame, this.selected, layer, true)
  }

  async restore(revision: string): Promise<void> {
    // What is on the desk becomes a revision first, so that this can be taken back too.
    await this.saveFrame(this.frame)
    const path = { params: { path: { id: revision } } }
    const restored = await data(api.POST('/api/revisions/{id}/restore', { ...path, body: { id: newId() } }))
    this.sheets.drop(restored.frame, restored.subject)
    this.stands(restored)
    await this.loadWindow()
  }

  async unpin(revision: string): Promise<void> {
    this.stands(await data(api.POST('/api/revisions/{id}/unpin', { params: { path: { id: revision } } })))
    this.changed()
  }

  /** The person chose: their own tiles, or the others', where both changed. */
  async resolve(conflict: Conflict, keepMine: boolean): Promise<void> {
    const { head } = conflict
    const layer = this.layer(head.subject, head.frame)
    if (!layer) return
    this.saver.resolve(conflict, layer, keepMine)
    this.stands(head)
    this.write(head.frame, head.subject, layer)
    if (layer.dirty) await this.save(head.frame, head.subject, layer)
    this.changed()
  }

  async close(): Promise<void> {
    clearTimeout(this.rest)
    clearTimeout(this.drafting)
    await this.saveAll().catch(onlyRefusals) // the journal holds what could not be sent
    this.following.close()
    this.asking.cancel()
    this.modifying.cancel()
    this.checks.close()
    this.frames.close()
    this.sheets.clear()
    this.journal?.close()
  }
}

/** The save chip tells of refusals; anything else is a fault of ours. */
function onlyRefusals(error: unknown): void {
  if (!(error instanceof ApiError)) throw error
}
