/** The mattes on the desk: fetched in windows round the shown frame, in bounded memory, never put in place of work. */
import { api, data, send, type Schemas } from '../api/client'
import { decodePlane, readBundle, type BundlePlane } from './bundle'
import { Layer } from './layers'
import { Lru } from './lru'
import type { Revision } from './merging'

export type Shot = Schemas['ShotDetail']
export type Head = Schemas['Head']

const BYTES = 192 * 2 ** 20
/** Frames fetched at most before and after the shown one. */
const BACK = 4
const AHEAD = 12

/** What the desk is about: read anew each time, since both change. */
export interface Scene {
  readonly shot: Shot
  readonly frame: number
}

export class Sheets {
  heads = new Map<string, Head>()
  private readonly layers: Lru<Layer>
  private readonly asked = new Set<string>()

  constructor(
    private readonly scene: Scene,
    private readonly changed: () => void,
  ) {
    // What is not saved yet, and what is looked at, is never dropped from memory.
    const keep = (layer: Layer, key: string) => layer.dirty || layer.busy || placeOf(key)[0] === scene.frame
    this.layers = new Lru<Layer>(BYTES, undefined, keep)
  }

  get(frame: number, subject: string): Layer | undefined {
    return this.layers.get(keyOf(frame, subject))
  }

  /** Frames and subjects with something that the server does not have, in the order of frames. */
  dirty(): { frame: number; subject: string; layer: Layer }[] {
    const live = new Set(this.subjects().map(({ id }) => id))
    const all = this.layers.entries().map(([key, layer]) => ({ frame: placeOf(key)[0], subject: placeOf(key)[1], layer }))
    return all.filter(({ subject, layer }) => layer.dirty && live.has(subject)).sort((a, b) => a.frame - b.frame)
  }

  async loadHeads(): Promise<void> {
    const heads = await data(api.GET('/api/shots/{id}/heads', { params: { path: { id: this.scene.shot.id } } }))
    this.heads = new Map(heads.map((head) => [keyOf(head.frame, head.subject), head]))
    this.changed()
  }

  /** The revision is what holds at its place from now on. */
  stands({ id, subject, frame, presence, source, author, anchored, stale, layers }: Revision): void {
    const has = Object.keys(layers).sort()
    this.heads.set(keyOf(frame, subject), { subject, frame, revision: id, presence, source, by_person: author !== null, anchored, stale, has, accepted: false })
  }

  /** By frame, the state of a subject that stands, where a machine made it. */
  revisions(subject: string): Map<number, string> {
    const own = [...this.heads.values()].filter((head) => head.subject === subject && !head.by_person)
    return new Map(own.map((head) => [head.frame, head.revision]))
  }

  /** Fetch the mattes round the shown frame that are not on the desk; the shown frame's own first. */
  async loadWindow(): Promise<void> {
    const { shot, frame } = this.scene
    this.blanks(frame)
    if (this.missing(frame, frame).length) await this.fetch(frame, frame)
    const [back, ahead] = this.reach()
    // A window at a time, not a frame at each step.
    const soon = this.missing(Math.max(shot.first, frame - 1), Math.min(shot.last, frame + Math.ceil(ahead / 2)))
    if (soon.length === 0) return
    const missing = this.missing(Math.max(shot.first, frame - back), Math.min(shot.last, frame + ahead))
    await this.fetch(missing[0]!, missing[missing.length - 1]!)
  }

  async fetch(first: number, last: number): Promise<void> {
    const keys = this.keysIn(first, last)
    for (const key of keys) this.asked.add(key)
    try {
      const answer = await send(`/api/shots/${this.scene.shot.id}/planes?first=${first}&last=${last}&layer=matte`)
      for (const plane of readBundle(await answer.arrayBuffer())) await this.take(plane)
    } finally {
      for (const key of keys) this.asked.delete(key)
    }
  }

  /** The matte of a frame as a model left it; none where a person confirmed it or there is nothing. */
  async unconfirmed(frame: number, subject: string): Promise<Layer | undefined> {
    const head = this.heads.get(keyOf(frame, subject))
    if (!head?.has.includes('matte') || head.anchored) return undefined
    if (this.outdated(keyOf(frame, subject))) await this.fetch(frame, frame)
    return this.get(frame, subject)
  }

  /** Put a state of the server on the desk, unless work lies there. */
  put(frame: number, subject: string, layer: Layer): void {
    const key = keyOf(frame, subject)
    const there = this.layers.get(key)
    if (there?.dirty || there?.busy) return
    this.layers.set(key, layer, this.width * this.height * 2)
    if (frame === this.scene.frame) this.changed()
  }

  /** An empty sheet where the server has no matte. */
  blanks(frame: number): void {
    for (const { id } of this.subjects()) {
      const head = this.heads.get(keyOf(frame, id))
      if (head?.has.includes('matte') || !this.outdated(keyOf(frame, id))) continue
      this.put(frame, id, new Layer(this.width, this.height, head?.revision ?? null, head?.presence ?? 'unknown'))
    }
  }

  drop(frame: number, subject: string): void {
    this.layers.delete(keyOf(frame, subject))
  }

  clear(): void {
    this.layers.clear()
  }

  private async take({ entry, bytes }: BundlePlane): Promise<void> {
    const { frame, subject, revision } = entry
    const head = this.heads.get(keyOf(frame, subject))
    // An answer that was under way while this frame was saved is older than what lies here.
    if (this.get(frame, subject) && (!this.outdated(keyOf(frame, subject)) || head?.revision !== revision)) return
    this.put(frame, subject, new Layer(this.width, this.height, revision, 'present', await decodePlane(bytes)))
  }

  /** Nothing lies here, or something clean that is not the head. */
  private outdated(key: string): boolean {
    const layer = this.layers.get(key)
    if (!layer) return true
    return !layer.dirty && !layer.busy && layer.parent !== (this.heads.get(key)?.revision ?? null)
  }

  private missing(first: number, last: number): number[] {
    const frames: number[] = []
    for (let frame = first; frame <= last; frame++)
      if (this.keysIn(frame, frame).some((key) => this.wanted(key))) frames.push(frame)
    return frames
  }

  private wanted(key: string): boolean {
    return !!this.heads.get(key)?.has.includes('matte') && !this.asked.has(key) && this.outdated(key)
  }

  private keysIn(first: number, last: number): string[] {
    const keys: string[] = []
    for (let frame = first; frame <= last; frame++) for (const { id } of this.subjects()) keys.push(keyOf(frame, id))
    return keys
  }

  /** As far as fits: a window that pushes itself out of memory would be fetched for ever. */
  private reach(): [back: number, ahead: number] {
    const frames = Math.floor(BYTES / 2 / (this.width * this.height * 2 * Math.max(1, this.subjects().length)))
    const ahead = Math.min(AHEAD, Math.max(1, Math.floor(frames * 0.75)))
    return [Math.min(BACK, Math.max(0, frames - ahead)), ahead]
  }

  private subjects(): { id: string }[] {
    return this.scene.shot.subjects.filter((subject) => !subject.deleted_at)
  }

  private get width(): number {
    return this.scene.shot.clip.width
  }

  private get height(): number {
    return this.scene.shot.clip.height
  }
}

export function keyOf(frame: number, subject: string): string {
  return `${frame}:${subject}`
}

function placeOf(key: string): [frame: number, subject: string] {
  const at = key.indexOf(':')
  return [Number(key.slice(0, at)), key.slice(at + 1)]
}
