/** The editing of one shot: which frame is shown, what is on the desk, how it gets saved. Knows no framework. */
import { ApiError, api, data, send, type Schemas } from '../api/client'
import { decodePlane, readBundle } from './bundle'
import { Frames } from './frames'
import { Journal, type Unsent } from './journal'
import { Layer, type Presence } from './layers'
import { Lru } from './lru'
import { emptyPlane, type Plane } from './planes'
import { Saver, settle, type Conflict, type Revision } from './saver'
import { newId } from './uuid'

export type Shot = Schemas['ShotDetail']
export type Subject = Schemas['Subject']
export type Task = Schemas['Task']
export type Head = Schemas['Head']

const REST_MS = 30_000
const WINDOW = 12
const PLANE_BYTES = 192 * 2 ** 20

export interface Recovered {
  frames: number[]
}

export class Session {
  frame: number
  selected: string | null = null
  heads = new Map<string, Head>()
  task: Task | null = null
  readOnly: string | null = null
  recovered: Recovered | null = null
  version = 0
  readonly frames: Frames
  readonly saver: Saver
  private readonly layers: Lru<Layer>
  private readonly asked = new Set<string>()
  private readonly pending = new Set<Promise<unknown>>()
  private listeners = new Set<() => void>()
  private rest: ReturnType<typeof setTimeout> | undefined
  private journal: Journal | null = null

  constructor(
    public shot: Shot,
    frame: number,
    readonly person: string,
  ) {
    this.frame = clamp(frame, shot.first, shot.last)
    this.frames = new Frames(shot.clip, shot.first, shot.last)
    this.saver = new Saver(() => this.changed())
    // What is not saved yet is never dropped from memory.
    this.layers = new Lru<Layer>(PLANE_BYTES, undefined, (key) => this.layers.get(key)?.dirty ?? false)
    this.selected = shot.subjects.find((subject) => !subject.deleted_at)?.id ?? null
    this.task = this.taskAt(this.frame)
  }

  // --- what the page draws -------------------------------------------------

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  get subjects(): Subject[] {
    return this.shot.subjects.filter((subject) => !subject.deleted_at)
  }

  head(subject: string, frame = this.frame): Head | undefined {
    return this.heads.get(keyOf(frame, subject))
  }

  layer(subject: string, frame = this.frame): Layer | undefined {
    return this.layers.get(keyOf(frame, subject))
  }

  get current(): Layer | undefined {
    return this.selected ? this.layer(this.selected) : undefined
  }

  get editable(): boolean {
    return this.readOnly === null && this.selected !== null && this.current !== undefined
  }

  taskAt(frame: number): Task | null {
    return this.shot.tasks.find((task) => task.first <= frame && frame <= task.last) ?? null
  }

  changed(): void {
    this.version++
    for (const listener of this.listeners) listener()
  }

  // --- opening and moving --------------------------------------------------

  /** The first frame does not wait for anything else. */
  async open(): Promise<void> {
    const first = this.frames.get(this.frame).then(() => this.changed())
    this.journal = await Journal.open(this.person)
    await Promise.all([first, this.loadHeads(), this.claim()])
    await this.loadWindow()
    await this.recall()
    this.frames.ahead(this.frame)
  }

  async go(frame: number, direction: 1 | -1 = 1): Promise<void> {
    const next = clamp(frame, this.shot.first, this.shot.last)
    if (next === this.frame) return
    const left = this.frame
    this.frame = next
    const task = this.taskAt(next)
    if (task?.id !== this.task?.id) {
      this.task = task
      void this.claim()
    }
    if (this.frames.ready(next)) this.changed()
    void this.saveFrame(left)
    await this.frames.get(next)
    this.changed()
    await this.loadWindow()
    this.frames.ahead(next, direction)
  }

  async claim(): Promise<void> {
    if (!this.task) return
    if (this.task.stage === 'accepted') return this.freeze('accepted')
    try {
      const path = { params: { path: { id: this.task.id } } }
      this.put(await data(api.POST('/api/tasks/{id}/claim', path)))
      this.readOnly = null
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      this.readOnly = error.code
    }
    this.changed()
  }

  private freeze(reason: string): void {
    this.readOnly = reason
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
    await this.loadHeads()
    await this.loadWindow()
    this.changed()
  }

  async loadHeads(): Promise<void> {
    const heads = await data(api.GET('/api/shots/{id}/heads', { params: { path: { id: this.shot.id } } }))
    this.heads = new Map(heads.map((head) => [keyOf(head.frame, head.subject), head]))
    this.changed()
  }

  /** Fetch the mattes round the shown frame that are not on the desk. */
  async loadWindow(): Promise<void> {
    const first = Math.max(this.shot.first, this.frame - WINDOW / 3)
    const last = Math.min(this.shot.last, this.frame + WINDOW)
    const missing = this.missing(first, last)
    if (missing.length) await this.fetchPlanes(Math.min(...missing), Math.max(...missing))
    for (const subject of this.subjects) this.ensure(this.frame, subject.id)
    this.changed()
  }

  private missing(first: number, last: number): number[] {
    const frames: number[] = []
    for (let frame = first; frame <= last; frame++)
      for (const subject of this.subjects) {
        const key = keyOf(frame, subject.id)
        const wanted = this.heads.get(key)?.has.includes('matte') && !this.layers.has(key) && !this.asked.has(key)
        if (wanted) frames.push(frame)
      }
    return frames
  }

  private async fetchPlanes(first: number, last: number): Promise<void> {
    const keys = this.keysIn(first, last)
    for (const key of keys) this.asked.add(key)
    try {
      const answer = await send(`/api/shots/${this.shot.id}/planes?first=${first}&last=${last}&layer=matte`)
      for (const { entry, bytes } of readBundle(await answer.arrayBuffer())) {
        const key = keyOf(entry.frame, entry.subject)
        if (this.layers.get(key)?.dirty) continue
        this.keep(key, new Layer(this.width, this.height, entry.revision, 'present', await decodePlane(bytes)))
        if (entry.frame === this.frame) this.changed()
      }
    } finally {
      for (const key of keys) this.asked.delete(key)
    }
  }

  private keysIn(first: number, last: number): string[] {
    const keys: string[] = []
    for (let frame = first; frame <= last; frame++)
      for (const subject of this.subjects) keys.push(keyOf(frame, subject.id))
    return keys
  }

  /** An empty sheet where the server has no matte. */
  private ensure(frame: number, subject: string): void {
    const key = keyOf(frame, subject)
    const head = this.heads.get(key)
    if (this.layers.has(key) || this.asked.has(key) || head?.has.includes('matte')) return
    this.keep(key, new Layer(this.width, this.height, head?.revision ?? null, head?.presence ?? 'unknown'))
  }

  private keep(key: string, layer: Layer): void {
    this.layers.set(key, layer, this.width * this.height * 2)
  }

  private get width(): number {
    return this.shot.clip.width
  }

  private get height(): number {
    return this.shot.clip.height
  }

  // --- painting and saving -------------------------------------------------

  /** A stroke (or undo) is done: into the journal now, to the server after a rest. */
  painted(): void {
    const layer = this.current
    if (!layer || !this.selected) return
    this.write(this.frame, this.selected, layer)
    clearTimeout(this.rest)
    this.rest = setTimeout(() => void this.saveAll(), REST_MS)
    this.changed()
  }

  private write(frame: number, subject: string, layer: Layer): void {
    const entry: Unsent = {
      key: `${this.shot.id}:${keyOf(frame, subject)}`,
      shot: this.shot.id,
      frame,
      subject,
      parent: layer.parent,
      presence: layer.presence,
      width: this.width,
      height: this.height,
      tiles: layer.changes(),
      tools: layer.toolCounts,
      at: Date.now(),
    }
    this.track(this.journal?.write(entry) ?? Promise.resolve())
  }

  /** What the last session of this person left unsent goes back onto the desk. */
  private async recall(): Promise<void> {
    const entries = (await this.journal?.of(this.shot.id)) ?? []
    const frames: number[] = []
    for (const entry of entries) {
      const key = keyOf(entry.frame, entry.subject)
      const head = this.heads.get(key)
      if (entry.tiles.size === 0 || !this.subjects.some((subject) => subject.id === entry.subject)) continue
      if (head?.has.includes('matte') && !this.layers.has(key)) await this.fetchPlanes(entry.frame, entry.frame)
      this.ensure(entry.frame, entry.subject)
      this.layers.get(key)?.recall(entry.tiles)
      frames.push(entry.frame)
    }
    this.recovered = frames.length ? { frames } : null
    this.changed()
    if (frames.length) this.rest = setTimeout(() => void this.saveAll(), REST_MS)
  }

  private dirtyKeys(): string[] {
    return this.keysIn(this.shot.first, this.shot.last).filter((key) => this.layers.has(key) && this.layers.get(key)!.dirty)
  }

  get unsent(): number {
    return this.dirtyKeys().length
  }

  async saveAll(): Promise<void> {
    clearTimeout(this.rest)
    for (const key of this.dirtyKeys()) {
      const [frame, subject] = placeOf(key)
      await this.save(frame, subject, this.layers.get(key)!, this.head(subject, frame)?.anchored ?? false)
    }
    await Promise.all(this.pending)
  }

  private async saveFrame(frame: number): Promise<void> {
    for (const subject of this.subjects) {
      const layer = this.layer(subject.id, frame)
      if (layer?.dirty) await this.save(frame, subject.id, layer, this.head(subject.id, frame)?.anchored ?? false)
    }
  }

  private save(frame: number, subject: string, layer: Layer, anchor: boolean): Promise<void> {
    const place = { clip: this.shot.clip.id, frame, subject }
    const done = this.saver.save({ place, layer, anchor, task: this.taskAt(frame)?.id ?? null }).then(async (outcome) => {
      if (!outcome) return
      this.took(outcome.revision)
      if (outcome.side) this.readOnly = 'held'
      if (layer.dirty) this.write(frame, subject, layer)
      else await this.journal?.forget(`${this.shot.id}:${keyOf(frame, subject)}`)
      this.changed()
    })
    return this.track(done.catch((error: unknown) => this.refused(error)))
  }

  private refused(error: unknown): void {
    if (!(error instanceof ApiError)) throw error
    if (error.code === 'accepted') this.readOnly = 'accepted'
    this.changed()
  }

  private track<T>(work: Promise<T>): Promise<T> {
    this.pending.add(work)
    void work.finally(() => this.pending.delete(work)).catch(() => undefined)
    return work
  }

  private took(revision: Revision): void {
    this.heads.set(keyOf(revision.frame, revision.subject), {
      subject: revision.subject,
      frame: revision.frame,
      revision: revision.id,
      presence: revision.presence,
      source: revision.source,
      by_person: revision.author !== null,
      anchored: revision.anchored,
      stale: revision.stale,
      has: Object.keys(revision.layers).sort(),
      accepted: false,
    })
  }

  /** Confirm the frame as an anchor, painted on or not. */
  async confirm(): Promise<void> {
    const layer = this.current
    if (!layer || !this.selected || layer.presence === 'unknown') return
    await this.save(this.frame, this.selected, layer, true)
  }

  /** Say that the selected subject is (or is not) in this frame. */
  async mark(presence: Presence): Promise<void> {
    if (!this.selected) return
    const frame = this.frame
    const key = keyOf(frame, this.selected)
    const parent = this.layers.get(key)?.parent ?? this.heads.get(key)?.revision ?? null
    const layer = new Layer(this.width, this.height, parent, presence)
    this.keep(key, layer)
    await this.save(frame, this.selected, layer, true)
  }

  async restore(revision: string): Promise<void> {
    const path = { params: { path: { id: revision } } }
    const restored = await data(api.POST('/api/revisions/{id}/restore', { ...path, body: { id: newId() } }))
    this.layers.delete(keyOf(restored.frame, restored.subject))
    await this.journal?.forget(`${this.shot.id}:${keyOf(restored.frame, restored.subject)}`)
    this.took(restored)
    await this.loadWindow()
  }

  async unpin(revision: string): Promise<void> {
    this.took(await data(api.POST('/api/revisions/{id}/unpin', { params: { path: { id: revision } } })))
    this.changed()
  }

  /** The person chose: their own tiles, or the others', where both changed. */
  async resolve(conflict: Conflict, keepMine: boolean): Promise<void> {
    const [frame, subject] = placeOf(conflict.key)
    const layer = this.layers.get(conflict.key)
    if (!layer) return
    const chosen: Plane = { ...conflict.merged, data: conflict.merged.data.slice() }
    if (keepMine) overlay(chosen, conflict)
    settle(layer, conflict.head, conflict.theirs, chosen)
    await this.save(frame, subject, layer, this.head(subject, frame)?.anchored ?? false)
  }

  async close(): Promise<void> {
    clearTimeout(this.rest)
    await this.saveAll().catch(() => undefined) // the journal holds what could not be sent
    this.frames.close()
    this.layers.clear()
    this.journal?.close()
  }

  blank(): Plane {
    return emptyPlane(this.width, this.height)
  }
}

function overlay(chosen: Plane, conflict: Conflict): void {
  const { mine, theirs } = conflict
  for (let i = 0; i < chosen.data.length; i++) if (mine.data[i] !== theirs.data[i] && mine.data[i] !== conflict.base.data[i]) chosen.data[i] = mine.data[i]!
}

export function keyOf(frame: number, subject: string): string {
  return `${frame}:${subject}`
}

function placeOf(key: string): [frame: number, subject: string] {
  const at = key.indexOf(':')
  return [Number(key.slice(0, at)), key.slice(at + 1)]
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value))
}
