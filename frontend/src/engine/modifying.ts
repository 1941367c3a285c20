/** The modify tool's work: the matte in hand tried with other numbers, kept or given up, and the same done to the frames
 * that follow. Knows no framework. */
import type { Layer } from './layers'
import { isUnchanged, UNCHANGED, type Change } from './modify/modify'
import { copyPlane, type Plane } from './planes'

export type Compute = (plane: Plane, change: Change) => Promise<Plane>

/** What it works on. */
export interface Desk {
  readonly editable: boolean
  readonly selected: string | null
  readonly frame: number
  readonly current: Layer | undefined
  readonly task: { last: number } | null
  /** The layer changed: into the journal with it. */
  keep(frame: number, subject: string, layer: Layer): void
  /** The matte of a frame as a model left it; none where a person confirmed it or there is nothing. */
  unconfirmed(frame: number, subject: string): Promise<Layer | undefined>
  /** Save it. Throws the server's refusal. */
  send(frame: number, subject: string, layer: Layer): Promise<void>
}

interface Trial {
  frame: number
  subject: string
  layer: Layer
  /** The matte before. */
  from: Plane
}

export interface Spreading {
  done: number
  total: number
}

export class Modifying {
  change: Change = UNCHANGED
  /** What was kept last, for the frames that follow. */
  last: Change | null = null
  spreading: Spreading | null = null
  private trial: Trial | null = null
  private wanted: Change | null = null
  private computing: Promise<void> | null = null
  private stopping = false

  constructor(
    private readonly desk: Desk,
    private readonly changed: () => void,
    private readonly compute: Compute = beside,
  ) {}

  /** Something is shown that is not kept. */
  get showing(): boolean {
    return this.trial?.layer.trying ?? false
  }

  /** Show the matte in hand with these numbers. Of many only the newest is computed. */
  async set(change: Change): Promise<void> {
    this.change = this.wanted = change
    this.changed()
    this.computing ??= this.through().finally(() => (this.computing = null))
    await this.computing
  }

  /** Keep what is shown, as one step that can be undone. */
  async keep(): Promise<void> {
    await this.computing
    const trial = this.trial
    if (!trial) return
    this.trial = null
    if (trial.layer.settle('modify')) {
      this.last = this.change
      this.desk.keep(trial.frame, trial.subject, trial.layer)
    }
    this.change = UNCHANGED
    this.changed()
  }

  /** Back to what it was, and stop what spreads; tells whether there was anything. */
  cancel(): boolean {
    const was = this.showing || this.spreading !== null
    this.stopping = this.spreading !== null
    this.leave()
    if (was) this.changed()
    return was
  }

  /** Another frame or subject is looked at: what was only tried is not kept. */
  leave(): void {
    this.wanted = null
    this.trial?.layer.giveUp()
    this.trial = null
    this.change = UNCHANGED
  }

  /** Do what was kept last to the selected subject on `count` later frames of the task, saved one by one, as far as nobody
   * confirmed them; each can be undone by itself. Throws the server's refusal: what is done stays. */
  async spread(count: number): Promise<void> {
    const { frame, selected: subject, task } = this.desk
    const change = this.last
    if (!subject || !change || !task || this.spreading) return
    const end = Math.min(task.last, frame + count)
    this.stopping = false
    try {
      for (let next = frame + 1; next <= end && !this.stopping && this.desk.editable; next++) {
        this.spreading = { done: next - frame - 1, total: end - frame }
        this.changed()
        await this.again(next, subject, change)
      }
    } finally {
      this.spreading = null
      this.changed()
    }
  }

  private async again(frame: number, subject: string, change: Change): Promise<void> {
    const layer = await this.desk.unconfirmed(frame, subject)
    if (!layer || layer.busy) return
    const plane = await this.compute(layer.plane, change)
    if (this.stopping) return
    layer.replace(plane, 'modify')
    await this.desk.send(frame, subject, layer)
  }

  private async through(): Promise<void> {
    while (this.wanted) {
      const change = this.wanted
      this.wanted = null
      if (!this.showing) this.trial = this.begun()
      const { trial } = this
      if (!trial) return
      const plane = isUnchanged(change) ? trial.from : await this.compute(trial.from, change)
      if (this.trial !== trial || !this.showing) continue // given up meanwhile
      trial.layer.try(plane)
      this.changed()
    }
  }

  private begun(): Trial | null {
    const { current: layer, selected: subject, frame, editable } = this.desk
    if (!layer || !subject || !editable || layer.busy) return null
    layer.try(layer.plane)
    return { frame, subject, layer, from: copyPlane(layer.plane) }
  }
}

/** In a worker of its own, which is made when it is first needed. */
let worker: Worker | undefined
let queue: Promise<unknown> = Promise.resolve()

function beside(plane: Plane, change: Change): Promise<Plane> {
  worker ??= new Worker(new URL('./modify/worker.ts', import.meta.url), { type: 'module' })
  const asked = queue.then(() => answerOf(worker!, plane, change))
  queue = asked.catch(() => undefined)
  return asked
}

function answerOf(asked: Worker, plane: Plane, change: Change): Promise<Plane> {
  return new Promise((done, failed) => {
    asked.onmessage = ({ data }: MessageEvent<Plane>) => done(data)
    asked.onerror = (event) => failed(new Error(event.message))
    asked.postMessage({ plane, change })
  })
}
