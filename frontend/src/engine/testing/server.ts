/** The part of Koutu's API that the engine talks to, in memory: it lays tiles on parents and checks addresses as the
 * real one does, can be cut off, and can lose an answer after it has done what it was asked. Import it before the
 * engine: the typed client takes hold of `fetch` when it is loaded. */
import type { components } from '../../api/schema'
import type { Said } from '../history'
import { address, emptyPlane, type Plane } from '../planes'
import { deflate, inflate } from '../png'
import { readTile, tileBox, tileKey, tilePlace, writeTile } from '../tiles'
import { encodeGreyPng } from './png'

type Revision = components['schemas']['Revision']
type Shot = components['schemas']['ShotDetail']
type Meta = {
  frame: number
  subject: string
  parent: string | null
  presence: Revision['presence']
  anchor: boolean
  tools?: object[]
  points?: Said[]
  earlier?: Said[]
  layers: { matte?: { address: string; tiles: [number, number][] } }
}

export const WIDTH = 300
export const HEIGHT = 200
export const SUBJECT = 'subject-1'
/** The subject's own on the frames up to 19. */
export const PART = 'part-1'
const ORIGIN = 'http://koutu.test'

class NoAnswer extends TypeError {}

export class Server {
  revisions = new Map<string, Revision & { matte: Plane | null }>()
  heads = new Map<string, string>()
  drafts = new Map<string, { parent: string | null; presence: string; matte: Plane }>()
  asked: string[] = []
  down = false
  /** The next answer to a save is lost on its way back. */
  loseAnswer = false
  /** Another person holds the task. */
  held = false
  /** Saves as they came. */
  saved: Meta[] = []
  /** How prompts are answered: a disc round the click, nothing to change, or not at all. */
  answers: 'disc' | 'agrees' | 'fails' = 'disc'
  /** What prompts said, and of which matte. */
  toldOf: { earlier: Said[]; seen: (x: number, y: number) => number }[] = []
  /** What is found of parts. */
  findings: object[] = []
  prompts = new Map<string, { matte: Plane; tile: number }>()
  private made = 0

  /** A save by somebody else. */
  async saveAs(who: string, frame: number, matte: Plane | null, presence: Revision['presence'] = 'present'): Promise<string> {
    const id = `by-${who}-${++this.made}`
    await this.store(id, { frame, subject: SUBJECT, presence, anchor: false, parent: this.headOf(frame)?.id ?? null, layers: {} }, matte, who)
    return id
  }

  headOf(frame: number, subject = SUBJECT): (Revision & { matte: Plane | null }) | undefined {
    return this.revisions.get(this.heads.get(`${frame}:${subject}`) ?? '')
  }

  fetch = async (input: Request | string | URL, init?: RequestInit): Promise<Response> => {
    const method = input instanceof Request ? input.method : (init?.method ?? 'GET')
    const url = new URL(input instanceof Request ? input.url : String(input), ORIGIN)
    if (this.down) throw new NoAnswer('nobody there')
    this.asked.push(`${method} ${url.pathname}`)
    const answer = await this.route(method, url, init?.body ?? null)
    if (this.loseAnswer && method === 'PUT' && url.pathname.startsWith('/api/revisions/')) {
      this.loseAnswer = false
      throw new NoAnswer('the line broke')
    }
    return answer
  }

  private async route(method: string, url: URL, body: BodyInit | null): Promise<Response> {
    const parts = url.pathname.split('/').slice(2)
    const [what, id = '', more] = parts
    if (what === 'revisions' && method === 'PUT') return this.save(id, body as FormData)
    if (what === 'revisions' && more === 'planes') return this.bundle(this.revisions.get(id) ? [this.revisions.get(id)!] : [])
    if (what === 'revisions') return this.revisions.has(id) ? Response.json(this.revisions.get(id)) : refusal(404, 'not_found')
    if (what === 'drafts') return this.draft(method, parts, body as FormData)
    if (what === 'tasks') return this.held ? refusal(423, 'held') : Response.json(shot().tasks[0])
    if (what === 'prompts') return method === 'POST' ? this.prompt(body as FormData) : this.answerOf(id, more)
    if (what === 'clips') return new Response(new Blob(['a picture']))
    if (more === 'parts') return Response.json(this.findings)
    if (more === 'heads') return Response.json([...this.heads.values()].map((head) => headRow(this.revisions.get(head)!)))
    if (more === 'drafts') return Response.json([...this.drafts].map(([key, draft]) => draftRow(key, draft)))
    const [first, last] = ['first', 'last'].map((name) => Number(url.searchParams.get(name)))
    return this.bundle([...this.heads.values()].map((head) => this.revisions.get(head)!).filter((r) => r.frame >= first! && r.frame <= last!))
  }

  private async save(id: string, form: FormData): Promise<Response> {
    const { meta, matte } = await this.read(form)
    this.saved.push(meta)
    if (this.revisions.has(id)) return Response.json({ ...this.revisions.get(id), side: false }, { status: 200 })
    if (matte === 'damaged') return refusal(422, 'address_mismatch')
    const head = this.headOf(meta.frame, meta.subject)
    if (!this.held && (head?.id ?? null) !== meta.parent) return refusal(409, 'moved_head', { head: head ?? null })
    const carried = meta.presence === 'present' ? (this.revisions.get(meta.parent ?? '')?.matte ?? null) : null
    const kept = await this.store(id, meta, matte ?? carried, 'me')
    this.drafts.delete(`${meta.frame}:${meta.subject}`)
    return Response.json({ ...kept, side: this.held }, { status: this.held ? 202 : 201 })
  }

  /** A click is answered by a disc in the one tile that it lies in; where nothing is said the first tile is mended. */
  private async prompt(form: FormData): Promise<Response> {
    const { meta, matte } = await this.read(form)
    if (this.held) return refusal(423, 'held')
    const head = this.headOf(meta.frame)
    if ((head?.id ?? null) !== meta.parent) return refusal(409, 'moved_head', { head: head ?? null })
    const held = matte === 'damaged' ? null : (matte ?? head?.matte)
    const after = held ? { ...held, data: held.data.slice() } : emptyPlane(WIDTH, HEIGHT)
    this.toldOf.push({ earlier: meta.earlier!, seen: (x, y) => held?.data[y * WIDTH + x] ?? 0 })
    const { x, y, inside } = meta.points?.[0] ?? { x: 1, y: 1, inside: true }
    after.data[y * WIDTH + x] = inside ? 255 : 0
    const id = `prompt-${this.prompts.size + 1}`
    this.prompts.set(id, { matte: after, tile: tileKey(after, Math.floor(x / 128), Math.floor(y / 128)) })
    return Response.json({ id, state: 'queued', told: '', tiles: [], error: null, model: null }, { status: 202 })
  }

  private async answerOf(id: string, more?: string): Promise<Response> {
    const { matte, tile } = this.prompts.get(id)!
    if (more === 'tiles') return new Response(new Blob([await deflate(readTile(matte, tile))]))
    const failed = { id, state: 'failed', told: '', tiles: [], error: { code: 'bad_prompt', message: 'nothing was said', detail: {} } }
    const agrees = this.answers === 'agrees'
    const done = { id, state: 'done', told: agrees ? 'agrees' : 'changed', tiles: agrees ? [] : [tilePlace(matte, tile)], error: null }
    return Response.json(this.answers === 'fails' ? failed : done)
  }

  private async read(form: FormData): Promise<{ meta: Meta; matte: Plane | null | 'damaged' }> {
    const meta = JSON.parse(form.get('meta') as string) as Meta
    const sent = meta.layers.matte
    if (!sent) return { meta, matte: null }
    const parent = this.revisions.get(meta.parent ?? '')?.matte
    const matte = parent ? { ...parent, data: parent.data.slice() } : emptyPlane(WIDTH, HEIGHT)
    const bytes = await inflate([new Uint8Array(await (form.get('tiles') as Blob).arrayBuffer())])
    let at = 0
    for (const [tx, ty] of sent.tiles) {
      const box = tileBox(matte, tileKey(matte, tx, ty))
      const size = (box.right - box.left) * (box.bottom - box.top)
      writeTile(matte, tileKey(matte, tx, ty), bytes.subarray(at, at + size))
      at += size
    }
    return { meta, matte: (await address(matte)) === sent.address ? matte : 'damaged' }
  }

  private async store(id: string, meta: Meta, matte: Plane | null, who: string): Promise<Revision> {
    const layers: Record<string, string> = matte ? { matte: await address(matte) } : {}
    const { frame, subject, parent, presence, anchor } = meta
    const author = who === 'model' ? null : { id: who, name: who }
    const rest = { frame, subject, parent, presence, anchored: anchor, layers, author, source: author ? 'person' : 'model' }
    const revision = { id, stale: false, head: true, tools: [], model: null, created_at: '', ...rest } as unknown as Revision
    this.revisions.set(id, { ...revision, matte })
    if (!this.held || who !== 'me') this.heads.set(`${frame}:${subject}`, id)
    return revision
  }

  private async draft(method: string, [, , frame, subject]: string[], form: FormData): Promise<Response> {
    const key = `${frame}:${subject}`
    if (method === 'GET') return this.bundle([{ id: 'draft', frame: Number(frame), subject: subject!, matte: this.drafts.get(key)!.matte }])
    const { meta, matte } = await this.read(form)
    if (matte && matte !== 'damaged') this.drafts.set(key, { parent: meta.parent, presence: meta.presence, matte })
    return Response.json({})
  }

  private bundle(rows: { id: string; frame: number; subject: string; matte: Plane | null }[]): Response {
    const pieces: Uint8Array<ArrayBuffer>[] = []
    let offset = 0
    const planes = rows.filter((row) => row.matte).map(({ id, frame, subject, matte }) => {
      const bytes = encodeGreyPng(matte!)
      pieces.push(bytes)
      offset += bytes.length
      return { frame, subject, revision: id, layer: 'matte', address: '', kind: 'matte', offset: offset - bytes.length, length: bytes.length }
    })
    const head = new TextEncoder().encode(JSON.stringify({ planes }))
    return new Response(new Blob([new Uint32Array([head.length]), head, ...pieces]))
  }
}

function refusal(status: number, code: string, detail: object = {}): Response {
  return Response.json({ error: { code, message: code, detail } }, { status })
}

function headRow(revision: Revision & { matte: Plane | null }): object {
  const { id, frame, subject, presence, source, anchored, stale, author, matte } = revision
  return { revision: id, frame, subject, presence, source, anchored, stale, by_person: author !== null, accepted: false, has: matte ? ['mask', 'matte'] : [] }
}

function draftRow(key: string, { parent, presence }: { parent: string | null; presence: string }): object {
  const [frame, subject] = key.split(':')
  return { frame: Number(frame), subject, parent, presence }
}

/** A shot of forty frames with one subject and one task. */
export function shot(): Shot {
  const clip = { id: 'clip', width: WIDTH, height: HEIGHT, rate: [24, 1], frames: 40 }
  const tasks = [{ id: 'task', shot: 'shot', first: 0, last: 39, stage: 'base', rejected: null, holder: null }]
  return { id: 'shot', clip, first: 0, last: 39, number: 1, tasks, subjects: [{ id: SUBJECT, kind: 'person', owners: [], deleted_at: null }] } as unknown as Shot
}

/** The same with a part. */
export function shotWithPart(): Shot {
  const part = { id: PART, kind: 'weapon', owners: [{ subject: SUBJECT, first: 0, last: 19 }], deleted_at: null }
  return { ...shot(), subjects: [...shot().subjects, part] } as unknown as Shot
}

export const server = new Server()

class Addressed extends Request {
  constructor(input: RequestInfo | URL, init?: RequestInit) {
    super(typeof input === 'string' ? new URL(input, ORIGIN) : input, init)
  }
}

// What a browser has and Node has not.
Object.assign(globalThis, {
  fetch: server.fetch,
  Request: Addressed,
  document: { cookie: 'csrftoken=abc' },
  createImageBitmap: () => Promise.resolve({ width: WIDTH, height: HEIGHT, close: () => undefined }),
})
