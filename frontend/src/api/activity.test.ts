import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Feed, pause } from './activity'

const COUNTS = { clips: 1, tasks: 2, releases: 0, jobs_running: 1, jobs_failed: 0 }
const job = (id: string, state: string) => ({ id, state, kind: 'ingest' })

/** A server with a job list, answering as the real one does: cursor, ETag, 304. */
class Server {
  asked: string[] = []
  jobs: { id: string; state: string }[] = []
  version = 0
  down = false

  set(...jobs: { id: string; state: string }[]) {
    this.jobs = jobs
    this.version++
  }

  answer = (path: string, etag: string): Promise<Response> => {
    this.asked.push(path)
    if (this.down) return Promise.reject(new Error('nobody there'))
    if (etag === `"${this.version}"`) return Promise.resolve(new Response(null, { status: 304 }))
    const body = { cursor: `c${this.version}`, jobs: this.jobs, counts: COUNTS }
    return Promise.resolve(Response.json(body, { headers: { ETag: `"${this.version}"` } }))
  }
}

let server: Server
let hidden: boolean
let feed: Feed

beforeEach(() => {
  vi.useFakeTimers()
  server = new Server()
  hidden = false
  feed = new Feed(server.answer, () => hidden)
})
afterEach(() => vi.useRealTimers())

describe('how often it asks', () => {
  it('is quick while a job runs and slower the longer nothing changes', () => {
    expect([pause(true, 99), pause(false, 0), pause(false, 12)]).toEqual([1_000, 5_000, 15_000])
  })

  it('asks each second while a job runs and hears of its end', async () => {
    server.set(job('a', 'running'))
    const heard: string[] = []
    feed.listen((changed) => heard.push(...changed.map((one) => String(one.state))))
    await vi.advanceTimersByTimeAsync(2_500)
    expect(server.asked).toHaveLength(3)
    server.set(job('a', 'done'))
    await vi.advanceTimersByTimeAsync(1_000)
    expect(heard).toEqual(['running', 'done'])
    expect(feed.now().jobs.get('a')?.state).toBe('done')
  })

  it('sends the cursor it was given, and tells nobody of a 304', async () => {
    let told = 0
    feed.listen(() => told++)
    await vi.advanceTimersByTimeAsync(5_100)
    expect(server.asked).toEqual(['/api/activity?cursor=', '/api/activity?cursor=c0'])
    expect(told).toBe(1)
  })
})

describe('when nobody looks', () => {
  it('stops while the tab is hidden and asks at once when it is seen again', async () => {
    server.set(job('a', 'running'))
    feed.listen(() => {})
    await vi.advanceTimersByTimeAsync(1_100)
    hidden = true
    await vi.advanceTimersByTimeAsync(60_000)
    const before = server.asked.length
    hidden = false
    feed.wake()
    await vi.advanceTimersByTimeAsync(0)
    expect(before).toBe(2)
    expect(server.asked).toHaveLength(3)
  })

  it('stops when the last listener leaves', async () => {
    const leave = feed.listen(() => {})
    await vi.advanceTimersByTimeAsync(0)
    leave()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(server.asked).toHaveLength(1)
  })

  it('says that the server is away, and goes on when it is back', async () => {
    server.down = true
    feed.listen(() => {})
    await vi.advanceTimersByTimeAsync(0)
    expect(feed.now().reachable).toBe(false)
    server.down = false
    server.set(job('b', 'running'))
    await vi.advanceTimersByTimeAsync(5_000)
    expect(feed.now()).toMatchObject({ reachable: true })
    expect(feed.now().jobs.has('b')).toBe(true)
  })
})
