/** Prompts: what a person says about the shown matte, and the tiles that answer it. Asked one after the other, each of
 * the state that the answer before left. Knows no framework. */
import { ApiError, api, data, send, Unreachable, type Schemas } from '../api/client'
import { beside, Preview, type Sketch } from './clicking'
import type { Said, Tiles } from './history'
import type { Layer } from './layers'
import { isPart } from './parts'
import type { Plane } from './planes'
import { inflate } from './png'
import { formOf } from './saver'
import { sameBytes, readTile, tileBox, tileKey } from './tiles'

export type Prompt = Schemas['Prompt']

/** A line in source pixels: a box's corners or a lasso, closed, or a scribble. */
export interface Outline {
  places: [x: number, y: number][]
  inside: boolean
}

export interface Words {
  points?: Said[]
  outline?: Outline
  /** Lines over what belongs to the subject, or does not. */
  strokes?: Outline[]
}

/** How often an answer is looked for, at first and at most. */
const LOOK_MS = 60
const LOOK_MOST_MS = 500

/** What it asks about. */
export interface Desk {
  readonly shot: { clip: { id: string } }
  readonly selected: string | null
  readonly frame: number
  readonly subjects: readonly Schemas['Subject'][]
  /** Of them, the frame as it is shown. */
  readonly frames: { ready(frame: number): ImageBitmap | undefined }
  readonly saver: { readonly state: { kind: string } }
  subscribe(listener: () => void): () => void
  layer(subject: string, frame: number): Layer | undefined
  /** The layer changed: into the journal with it. */
  keep(frame: number, subject: string, layer: Layer): void
  /** No save is under way. */
  settled(): Promise<unknown>
  /** Save what is on the desk, met with what others saved. */
  saveAll(): Promise<void>
  /** Show what the server holds by now. */
  refresh(): Promise<void>
}

/** One that waits: where it was asked, by which words and tool. */
interface Question {
  frame: number
  subject: string
  layer: Layer
  words: Words
  tool: string
  given: AbortController
  /** The browser's own answer. */
  preview?: Preview
}

export class Asking {
  /** What came of the last one, where that is worth a word. */
  told: 'alone' | 'agrees' | null = null
  private readonly questions = new Set<Question>()
  private chain: Promise<unknown> = Promise.resolve()

  constructor(
    private readonly desk: Desk,
    private readonly changed: () => void,
    private readonly wait = (ms: number) => new Promise((done) => setTimeout(done, ms)),
    private readonly sketch: Sketch = beside,
  ) {}

  get waiting(): boolean {
    return this.questions.size > 0
  }

  /** Clicks on a frame that are not answered yet. */
  pending(frame: number, subject: string | null): Said[] {
    const here = [...this.questions].filter((one) => one.frame === frame && one.subject === subject)
    return here.flatMap((one) => one.words.points ?? [])
  }

  /** Ask about the shown frame of the selected subject; its matte changes by one step once it is answered. Throws the
   * server's refusal. */
  async ask(words: Words, tool: string): Promise<void> {
    const { frame, selected: subject } = this.desk
    const layer = subject ? this.desk.layer(subject, frame) : undefined
    if (!subject || !layer) return
    const question = { frame, subject, layer, words, tool, given: new AbortController() }
    this.questions.add(question)
    layer.waiting++
    this.told = null
    this.changed()
    const done = this.chain.then(() => this.through(question))
    this.chain = done.catch(() => undefined)
    await done
  }

  /** Give up all that wait; tells whether there was anything. */
  cancel(): boolean {
    for (const question of this.questions) question.given.abort()
    return this.waiting
  }

  /** The browser's own answer is what is seen of the selected subject. */
  get showing(): boolean {
    return this.shown !== undefined
  }

  /** Give up the click whose answer is shown before the server's; tells whether there was one. */
  takeBack(): boolean {
    const { shown } = this
    shown?.given.abort()
    shown?.preview?.end()
    if (shown) this.changed()
    return shown !== undefined
  }

  private get shown(): Question | undefined {
    const { frame, selected } = this.desk
    return [...this.questions].find((one) => one.frame === frame && one.subject === selected && one.preview?.showing)
  }

  dismiss(): void {
    this.told = null
    this.changed()
  }

  private async through(question: Question): Promise<void> {
    const { layer, given } = question
    try {
      if (!given.signal.aborted) await this.answer(question)
    } catch (error) {
      if (given.signal.aborted || (error instanceof Unreachable && (await this.kept(question)))) return
      question.preview?.end()
      if (error instanceof ApiError && error.code === 'moved_head') throw await this.met(question)
      throw error
    } finally {
      question.preview?.end()
      this.questions.delete(question)
      layer.waiting--
      this.changed()
    }
  }

  private async answer(question: Question): Promise<void> {
    const { frame, subject, layer, words, tool } = question
    question.preview = this.begun(question)
    await this.settled(question)
    const seen = layer.kept
    const prompt = await this.answered(question, await this.send(question, seen))
    if (this.desk.layer(subject, frame) !== layer) return // another state was put in its place
    const tiles = prompt.tiles.length ? await tilesOf(prompt, seen) : new Map()
    if (question.given.signal.aborted) return
    question.preview?.end()
    for (const key of tiles.keys())
      if (!sameBytes(readTile(seen, key), readTile(layer.plane, key))) throw new ApiError(409, 'painted_meanwhile', 'You painted there meanwhile.')
    layer.answer(tiles, tool, prompt.id, words.points)
    this.told = prompt.told === 'alone' || prompt.told === 'agrees' ? prompt.told : null
    if (tiles.size) this.desk.keep(frame, subject, layer)
  }

  /** One click on somebody: networks of people take a part for the whole person, and the server knows the rest. */
  private begun({ frame, subject, layer, words }: Question): Preview | undefined {
    const { points = [], outline, strokes } = words
    const picture = this.desk.frames.ready(frame)
    const one = this.desk.subjects.find(({ id }) => id === subject)
    if (points.length !== 1 || outline || strokes || !picture || !one || isPart(one)) return undefined
    return new Preview(layer, picture, points[0]!, this.sketch, this.changed)
  }

  /** No save is under way. Saves without a server wait until it is back: so long a click that is answered here does not. */
  private async settled({ preview }: Question): Promise<void> {
    if (!preview) return void (await this.desk.settled())
    let leave = () => {}
    const offline = new Promise<never>((_, failed) => {
      const look = () => this.desk.saver.state.kind === 'offline' && failed(new Unreachable('saves wait'))
      leave = this.desk.subscribe(look)
      look()
    })
    await Promise.race([this.desk.settled(), offline]).finally(leave)
  }

  /** Nobody answers but the browser: what it said stands. */
  private async kept({ frame, subject, layer, tool, preview }: Question): Promise<boolean> {
    if (!(await preview?.keep(tool))) return false
    this.desk.keep(frame, subject, layer)
    return true
  }

  private async send({ frame, subject, layer, words, given }: Question, seen: Plane): Promise<Prompt> {
    const earlier = layer.said
    const meta = { clip: this.desk.shot.clip.id, frame, subject, parent: layer.parent, earlier, ...words }
    const body = await formOf(meta, seen, layer.changes())
    const answer = await send('/api/prompts', { method: 'POST', body, signal: given.signal })
    return (await answer.json()) as Prompt
  }

  /** Looked at until it is answered. */
  private async answered({ given }: Question, asked: Prompt): Promise<Prompt> {
    let prompt = asked
    for (let pause = LOOK_MS; prompt.state === 'queued' || prompt.state === 'running'; pause = Math.min(LOOK_MOST_MS, pause * 1.3)) {
      await this.wait(pause)
      given.signal.throwIfAborted()
      prompt = await data(api.GET('/api/prompts/{id}', { params: { path: { id: asked.id } }, signal: given.signal }))
    }
    if (prompt.state === 'done') return prompt
    throw new ApiError(409, prompt.error?.code ?? 'refused', prompt.error?.message ?? '')
  }

  /** Somebody saved a newer state: show it, with what is on the desk. */
  private async met({ layer }: Question): Promise<ApiError> {
    if (layer.dirty) await this.desk.saveAll()
    layer.waiting-- // for as long as that state is put in its place
    await this.desk.refresh().finally(() => layer.waiting++)
    return new ApiError(409, 'prompt_moved', 'Somebody saved a newer state of this frame. It is shown now: say it again.')
  }
}

async function tilesOf(prompt: Prompt, plane: Plane): Promise<Tiles> {
  const answer = await send(`/api/prompts/${prompt.id}/tiles`)
  const bytes = await inflate([new Uint8Array(await answer.arrayBuffer())])
  const tiles: Tiles = new Map()
  let at = 0
  for (const [tx, ty] of prompt.tiles) {
    const key = tileKey(plane, tx!, ty!)
    const { left, top, right, bottom } = tileBox(plane, key)
    const size = (right - left) * (bottom - top)
    tiles.set(key, bytes.slice(at, at + size) as Uint8Array<ArrayBuffer>)
    at += size
  }
  return tiles
}
