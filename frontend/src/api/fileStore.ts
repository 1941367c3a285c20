/** Whether the place where the server keeps its files answers: pictures tell what did not come, and come again by themselves. */
import { useSyncExternalStore } from 'react'
import { ApiError, send, Unreachable } from './client'

export interface Files {
  /** The server says that its file store does not answer. */
  down: boolean
  /** Counts how often it came back: what did not come before is asked for anew. */
  epoch: number
}

/** Seconds between two questions; the last one from then on. */
const WAITS = [2, 4, 8, 15]
/** A picture that is broken and not only late must not be asked for again and again. */
const AGAIN_AFTER = 30_000

export class FileStore {
  private state: Files = { down: false, epoch: 0 }
  private listeners = new Set<() => void>()
  private asking = false
  private cameBack = -Infinity

  constructor(
    private readonly ask: (url: string) => Promise<unknown> = askServer,
    private readonly sleep = (seconds: number): Promise<unknown> => new Promise((done) => setTimeout(done, seconds * 1000)),
  ) {}

  readonly now = (): Files => this.state

  readonly listen = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** A picture or film did not come: find out why, and wait until it does. */
  readonly missing = async (url: string): Promise<void> => {
    if (this.asking) return
    this.asking = true
    let tries = 0
    for (; !(await this.answers(url)); tries++) await this.sleep(WAITS[Math.min(tries, WAITS.length - 1)]!)
    this.asking = false
    if (tries || performance.now() - this.cameBack > AGAIN_AFTER) this.back()
  }

  private async answers(url: string): Promise<boolean> {
    try {
      await this.ask(url)
    } catch (error) {
      const down = error instanceof ApiError && error.code === 'store_down'
      if (down !== this.state.down) this.tell({ ...this.state, down })
      return !down && !(error instanceof Unreachable)
    }
    return true
  }

  private back(): void {
    this.cameBack = performance.now()
    this.tell({ down: false, epoch: this.state.epoch + 1 })
  }

  private tell(state: Files): void {
    this.state = state
    for (const listener of this.listeners) listener()
  }
}

/** One byte of a film is enough; a picture comes whole. */
function askServer(url: string): Promise<Response> {
  return send(url, { headers: { Range: 'bytes=0-0' } })
}

export const fileStore = new FileStore()

export function useFileStore(): Files {
  return useSyncExternalStore(fileStore.listen, fileStore.now)
}
