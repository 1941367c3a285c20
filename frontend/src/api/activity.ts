/** What happens in the background: one poll for all open parts of the page, with cursor and ETag. */
import { useSyncExternalStore } from 'react'
import { ApiError, send, type Schemas } from './client'

export type Job = Schemas['Job']
type Answer = Schemas['Activity']

export interface Activity {
  jobs: ReadonlyMap<string, Job>
  counts: Answer['counts'] | null
  /** False while the server does not answer; asking goes on. */
  reachable: boolean
}

const NOTHING: Activity = { jobs: new Map(), counts: null, reachable: true }

export const OPEN: readonly string[] = ['queued', 'running']
const QUICK = 1_000
const SLOW = 5_000
const IDLE = 15_000
const IDLE_AFTER = 12

/** How long to wait for the next poll: quick while something runs, slower the longer nothing changes. */
export function pause(running: boolean, quietPolls: number): number {
  if (running) return QUICK
  return quietPolls < IDLE_AFTER ? SLOW : IDLE
}

/** Polls while somebody listens and the tab is seen; tells listeners only of changes. */
export class Feed {
  private state: Activity = NOTHING
  private listeners = new Set<(changed: Job[]) => void>()
  private cursor = ''
  private etag = ''
  private quiet = 0
  private timer: ReturnType<typeof setTimeout> | null = null
  private asking = false

  constructor(
    private readonly ask: (path: string, etag: string) => Promise<Response> = askServer,
    private readonly hidden: () => boolean = () => document.hidden,
  ) {}

  readonly now = (): Activity => this.state

  readonly listen = (listener: (changed: Job[]) => void): (() => void) => {
    this.listeners.add(listener)
    if (this.listeners.size === 1) void this.poll()
    return () => {
      this.listeners.delete(listener)
      if (this.listeners.size === 0) this.stop()
    }
  }

  /** Ask at once: after one's own act, or when the tab is seen again. */
  readonly wake = (): void => {
    this.quiet = 0
    if (this.listeners.size) void this.poll()
  }

  /** Forget everything: another person logs in. */
  readonly reset = (): void => {
    this.state = NOTHING
    this.cursor = this.etag = ''
    this.stop()
  }

  private stop(): void {
    if (this.timer) clearTimeout(this.timer)
    this.timer = null
  }

  private async poll(): Promise<void> {
    if (this.asking) return
    this.stop()
    if (this.hidden()) return
    this.asking = true
    try {
      await this.take(await this.ask(`/api/activity?cursor=${encodeURIComponent(this.cursor)}`, this.etag))
      this.reached(true)
    } catch (error) {
      this.quiet++
      if (!(error instanceof ApiError)) this.reached(false)
    } finally {
      this.asking = false
    }
    if (this.listeners.size) this.timer = setTimeout(() => void this.poll(), pause(this.running(), this.quiet))
  }

  private reached(reachable: boolean): void {
    if (this.state.reachable === reachable) return
    this.state = { ...this.state, reachable }
    for (const listener of this.listeners) listener([])
  }

  private async take(response: Response): Promise<void> {
    if (response.status === 304) {
      this.quiet++
      return
    }
    const answer = (await response.json()) as Answer
    this.etag = response.headers.get('ETag') ?? ''
    this.cursor = answer.cursor
    this.quiet = 0
    const jobs = new Map(this.state.jobs)
    for (const job of answer.jobs) jobs.set(job.id, job)
    this.state = { ...this.state, jobs, counts: answer.counts }
    for (const listener of this.listeners) listener(answer.jobs)
  }

  private running(): boolean {
    return [...this.state.jobs.values()].some((job) => OPEN.includes(job.state))
  }
}

function askServer(path: string, etag: string): Promise<Response> {
  return send(path, etag ? { headers: { 'If-None-Match': etag } } : {})
}

export const feed = new Feed()

export function useActivity(): Activity {
  return useSyncExternalStore(feed.listen, feed.now)
}
