/** A person propagates from a frame: what is told before, shown meanwhile, and said in the end. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

type Answer = { status?: number; body: unknown }
const routes = new Map<string, () => Answer>()
const asked: string[] = []
let sent: unknown
globalThis.fetch = async (input) => {
  const request = input as Request
  const line = `${request.method} ${new URL(request.url).pathname}`
  asked.push(line)
  if (request.method === 'POST') sent = await request.json().catch(() => undefined)
  const { status = 200, body } = routes.get(line)!()
  return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })
}
globalThis.Request = class extends Request {
  constructor(input: RequestInfo | URL, init?: RequestInit) {
    super(typeof input === 'string' ? new URL(input, 'http://koutu.test') : input, init)
  }
}
Object.assign(globalThis, { document: { cookie: '' } })

const { Following, lengthOf } = await import('./following')
const { ApiError } = await import('../api/client')

const SPANS = [
  { first: 0, last: 3, left: null, right: 4 },
  { first: 5, last: 6, left: 4, right: 7 },
]

/** A shot of which the server labels one more frame at each look. */
class Shot {
  shot = { id: 'shot' }
  selected = 'anna'
  frame = 4
  pinned = 0
  saved = 0
  heads = new Map([[0, 'model'], [3, 'model'], [5, 'model']])
  server = new Map(this.heads)
  async pin(): Promise<void> {
    this.pinned++
  }
  async saveAll(): Promise<void> {
    this.saved++
  }
  async refresh(): Promise<void> {
    this.heads = new Map(this.server)
  }
  revisions(): Map<number, string> {
    return new Map(this.heads)
  }
}

let shot: Shot
let putAway: Map<string, string>
const told = { get: (of: string) => putAway.get(of) ?? null, put: (of: string, job: string) => void putAway.set(of, job) }
let done: number
let state: string

const job = () => ({ id: 'job', state, done, total: 6, error: null })

beforeEach(() => {
  vi.useFakeTimers()
  shot = new Shot()
  putAway = new Map()
  done = 0
  state = 'queued'
  asked.length = 0
  routes.set('GET /api/shots/shot/propagate', () => ({ body: SPANS }))
  routes.set('POST /api/shots/shot/propagate', () => ({ status: 202, body: job() }))
  routes.set('POST /api/jobs/job/cancel', () => ({ body: job() }))
  routes.set('GET /api/jobs/job', () => ({ body: job() }))
})

afterEach(() => vi.useRealTimers())

describe('propagating', () => {
  it('tells the exact frames first, and changes nothing by that', async () => {
    const following = new Following(shot, () => undefined, told)
    await following.plan('both')
    expect(following.spans).toEqual(SPANS)
    expect([lengthOf(following.spans), shot.pinned, following.running]).toEqual([6, 1, false])
    expect(asked).toEqual(['GET /api/shots/shot/propagate'])
    following.dismiss()
    expect(following.spans).toEqual([])
  })

  it('shows frames as they come and says in the end which are others', async () => {
    const following = new Following(shot, () => undefined, told)
    await following.plan('both')
    await following.start()
    expect(following.running).toBe(true)
    expect(sent).toEqual({ subject: 'anna', frame: 4, reach: 'both', spans: SPANS })
    ;[done, state] = [1, 'running']
    shot.server.set(3, 'propagated')
    await vi.advanceTimersByTimeAsync(700)
    expect(shot.heads.get(3)).toBe('propagated')
    ;[done, state] = [6, 'done']
    shot.server.set(5, 'propagated').set(6, 'propagated')
    await vi.advanceTimersByTimeAsync(700)
    expect(following.standing).toMatchObject({ kind: 'over', changed: [3, 5, 6] })
    expect(following.spans).toEqual([{ first: 3, last: 3 }, { first: 5, last: 6 }])
  })

  it('goes on looking when the server does not answer once', async () => {
    const following = new Following(shot, () => undefined, told)
    await following.plan('later')
    await following.start()
    routes.set('GET /api/jobs/job', () => {
      throw new TypeError('nobody there')
    })
    await vi.advanceTimersByTimeAsync(700)
    expect(following.running).toBe(true)
    state = 'done'
    routes.set('GET /api/jobs/job', () => ({ body: job() }))
    await vi.advanceTimersByTimeAsync(700)
    expect(following.standing.kind).toBe('over')
  })

  it('is there again when the page is opened anew, and counts what changed before', async () => {
    routes.set('GET /api/shots/shot/propagations', () => ({ body: [{ job: { ...job(), cancel_requested: false }, subject: 'anna', frame: 4, spans: SPANS, changed: [3] }] }))
    shot.heads.set(3, 'propagated')
    shot.server = new Map(shot.heads)
    const following = new Following(shot, () => undefined, told)
    await following.rejoin()
    expect([following.running, following.spans]).toEqual([true, SPANS])
    shot.server.set(5, 'propagated')
    ;[done, state] = [6, 'done']
    await vi.advanceTimersByTimeAsync(700)
    expect(following.standing).toMatchObject({ kind: 'over', changed: [3, 5] })
  })

  it('tells what became of it while the page was closed, until that is put away', async () => {
    state = 'done'
    routes.set('GET /api/shots/shot/propagations', () => ({ body: [{ job: job(), subject: 'anna', frame: 4, spans: SPANS, changed: [3, 5] }] }))
    for (const kind of ['over', 'over']) {
      const following = new Following(shot, () => undefined, told)
      await following.rejoin()
      expect(following.standing).toMatchObject({ kind, changed: [3, 5], job: { id: 'job' } })
      if (putAway.size) following.dismiss()
      else putAway.set('another shot', 'job').set('shot', 'another job')
    }
    const following = new Following(shot, () => undefined, told)
    await following.rejoin()
    expect([following.standing.kind, putAway.get('shot')]).toEqual(['idle', 'job'])
  })

  it('tells of one that failed before it changed anything, and not of one that changed nothing', async () => {
    for (const [ended, kind] of [['failed', 'over'], ['cancelled', 'idle']] as const) {
      state = ended
      routes.set('GET /api/shots/shot/propagations', () => ({ body: [{ job: job(), subject: 'anna', frame: 4, spans: SPANS, changed: [] }] }))
      const following = new Following(shot, () => undefined, told)
      await following.rejoin()
      expect(following.standing.kind).toBe(kind)
    }
  })

  it('plans what changed anchors reach without making an anchor of the shown frame', async () => {
    const following = new Following(shot, () => undefined, told)
    await following.plan('changed')
    expect([following.spans, shot.pinned, shot.saved]).toEqual([SPANS, 0, 1])
  })

  it('finds nothing to go on with, and nothing changes', async () => {
    routes.set('GET /api/shots/shot/propagations', () => ({ body: [] }))
    const following = new Following(shot, () => undefined, told)
    await following.rejoin()
    expect(following.standing.kind).toBe('idle')
  })

  it('is undone as a whole once it is over', async () => {
    routes.set('POST /api/shots/shot/propagations/undo', () => ({ body: { frames: [5] } }))
    const following = new Following(shot, () => undefined, told)
    await following.plan('later')
    await following.start()
    await following.undo()
    expect(following.running).toBe(true)
    shot.server.set(5, 'propagated')
    state = 'done'
    await vi.advanceTimersByTimeAsync(700)
    shot.server.set(5, 'as before')
    await following.undo()
    expect(shot.heads.get(5)).toBe('as before')
    expect([following.standing, following.spans]).toEqual([{ kind: 'undone', frames: [5] }, []])
    following.dismiss()
    expect(following.standing.kind).toBe('idle')
  })

  it('drops a plan that comes when something else has begun, or was given up', async () => {
    const following = new Following(shot, () => undefined, told)
    await following.plan('both')
    const late = following.plan('later')
    await following.start()
    await late
    expect(following.running).toBe(true)
    following.close()
    const other = new Following(shot, () => undefined, told)
    const given = other.plan('both')
    other.dismiss()
    await given
    expect(other.standing.kind).toBe('idle')
  })

  it('goes on stopping while it is looked at, and can be stopped again where that failed', async () => {
    const following = new Following(shot, () => undefined, told)
    await following.plan('later')
    await following.start()
    routes.set('POST /api/jobs/job/cancel', () => ({ status: 500, body: {} }))
    await expect(following.stop()).rejects.toThrow()
    expect(following.standing).toMatchObject({ kind: 'running', stopping: false })
    routes.set('POST /api/jobs/job/cancel', () => ({ body: job() }))
    routes.set('GET /api/jobs/job', () => {
      void following.stop()
      return { body: job() }
    })
    await vi.advanceTimersByTimeAsync(700)
    expect(following.standing).toMatchObject({ kind: 'running', stopping: true })
  })

  it('is stopped once, and keeps what is done', async () => {
    const following = new Following(shot, () => undefined, told)
    await following.plan('later')
    await following.start()
    await following.stop()
    await following.stop()
    expect(asked.filter((line) => line.endsWith('/cancel'))).toHaveLength(1)
    shot.server.set(5, 'propagated')
    state = 'cancelled'
    await vi.advanceTimersByTimeAsync(700)
    expect(following.standing).toMatchObject({ kind: 'over', changed: [5], job: { state: 'cancelled' } })
  })

  it('hands on the reason where it cannot be done', async () => {
    const following = new Following(shot, () => undefined, told)
    routes.set('GET /api/shots/shot/propagate', () => ({ status: 409, body: { error: { code: 'nothing_between', message: 'All anchors.' } } }))
    await expect(following.plan('earlier')).rejects.toThrow(ApiError)
    expect(following.standing.kind).toBe('idle')
  })

  it('asks nobody any more once the editor is left', async () => {
    const following = new Following(shot, () => undefined, told)
    await following.plan('both')
    await following.start()
    following.close()
    const before = asked.length
    await vi.advanceTimersByTimeAsync(5000)
    expect(asked.length).toBe(before)
  })
})
