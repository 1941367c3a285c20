/** A click's first answer, the browser's own: shown until the server's is there, and kept where that cannot be reached.
 * Where runtime or network cannot be had there is none, and the server's alone counts. Knows no framework. */
import type { Order, Reply } from './clicking/worker'
import type { Said } from './history'
import type { Layer } from './layers'
import { copyPlane, type Plane } from './planes'
import { changedTiles } from './tiles'

/** Null where it cannot be answered here. */
export type Sketch = (frame: ImageBitmap, matte: Plane, click: Said, earlier: readonly Said[]) => Promise<Plane | null>

export class Preview {
  private over = false
  private shown = false
  private readonly coming: Promise<void>

  constructor(
    private readonly layer: Layer,
    frame: ImageBitmap,
    private readonly click: Said,
    sketch: Sketch,
    private readonly changed: () => void,
  ) {
    const seen = copyPlane(layer.plane)
    this.coming = sketch(frame, seen, click, layer.said).catch(() => null).then((plane) => this.show(seen, plane))
  }

  get showing(): boolean {
    return this.shown && this.layer.trying
  }

  /** Keep it as one step once it is there; false where there is nothing to keep. */
  async keep(tool: string): Promise<boolean> {
    await this.coming
    if (!this.showing) return false
    this.shown = false
    return this.layer.settle(tool, [this.click])
  }

  /** Take it away, or let it never appear. */
  end(): void {
    this.over = true
    if (this.showing) this.layer.giveUp()
    this.shown = false
  }

  private show(seen: Plane, plane: Plane | null): void {
    // What was painted since is not in it.
    if (!plane || this.over || this.layer.trying || changedTiles(seen, this.layer.plane).length) return
    this.layer.try(plane)
    this.shown = true
    this.changed()
  }
}

/** By then the server has long answered, or the line that brings the network is too slow for a first answer. */
const PATIENCE_MS = 15_000

/** In a worker of its own, which is made when it is first needed and not again once it failed. */
let worker: Worker | undefined
let failed = typeof Worker === 'undefined'
let queue: Promise<unknown> = Promise.resolve()

/** Load what the first click needs, which takes seconds, before it comes. */
export function prepare(): void {
  if (!worker) void asked(null).catch(() => undefined)
}

export const beside: Sketch = async (frame, matte, click, earlier) => {
  if (failed) return null
  const late = new Promise<null>((done) => setTimeout(done, PATIENCE_MS, null))
  return Promise.race([asked({ frame: await createImageBitmap(frame), matte, click, earlier }), late])
}

function asked(order: Order | null): Promise<Plane | null> {
  const answer = queue.then(() => answerOf(order))
  queue = answer.catch(() => undefined)
  return answer
}

function answerOf(order: Order | null): Promise<Plane | null> {
  if (failed) return Promise.resolve(null)
  worker ??= new Worker(new URL('./clicking/worker.ts', import.meta.url), { type: 'module' })
  const there = worker
  return new Promise((done) => {
    const fail = () => {
      failed = true
      there.terminate()
      done(null)
    }
    there.onmessage = ({ data }: MessageEvent<Reply>) => ('fault' in data ? fail() : done(data.matte))
    there.onerror = fail
    there.postMessage(order, order ? [order.frame] : [])
  })
}
