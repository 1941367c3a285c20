/** Frames decoded ahead both ways, in bounded memory. */
import { send } from '../api/client'
import { Lru } from './lru'

const BYTES = 320 * 2 ** 20
const AT_ONCE = 3

export interface Clip {
  id: string
  width: number
  height: number
}

export class Frames {
  private readonly decoded = new Lru<ImageBitmap>(BYTES, (bitmap) => bitmap.close())
  private readonly asked = new Map<number, Promise<ImageBitmap>>()
  private wanted: number[] = []
  private closed = false

  constructor(
    private readonly clip: Clip,
    private readonly first: number,
    private readonly last: number,
  ) {}

  /** The frame if it is decoded. */
  ready(index: number): ImageBitmap | undefined {
    return this.decoded.get(String(index))
  }

  async get(index: number): Promise<ImageBitmap> {
    return this.ready(index) ?? (await this.ask(index))
  }

  /** Decode what will be looked at next: outwards from `index`, further in the direction of play. */
  ahead(index: number, direction: 1 | -1 = 1): void {
    const room = Math.floor(BYTES / (this.clip.width * this.clip.height * 4) / 2)
    const reach = Math.max(2, Math.min(24, room))
    const order: number[] = []
    for (let step = 1; step <= reach; step++) {
      order.push(index + direction * step)
      if (step <= reach / 3) order.push(index - direction * step)
    }
    this.wanted = order.filter((i) => i >= this.first && i <= this.last && !this.decoded.has(String(i)))
    this.pump()
  }

  close(): void {
    this.closed = true
    this.wanted = []
    this.decoded.clear()
  }

  private pump(): void {
    while (this.asked.size < AT_ONCE && this.wanted.length > 0) {
      const next = this.wanted.shift()!
      if (!this.asked.has(next) && !this.decoded.has(String(next)))
        void this.ask(next).catch(() => undefined) // shown again when the frame itself is asked for
    }
  }

  private ask(index: number): Promise<ImageBitmap> {
    const known = this.asked.get(index)
    if (known) return known
    const coming = this.load(index).finally(() => {
      this.asked.delete(index)
      this.pump()
    })
    this.asked.set(index, coming)
    return coming
  }

  private async load(index: number): Promise<ImageBitmap> {
    const answer = await send(`/api/clips/${this.clip.id}/frames/${index}`)
    const bitmap = await createImageBitmap(await answer.blob())
    if (this.closed) bitmap.close()
    else this.decoded.set(String(index), bitmap, bitmap.width * bitmap.height * 4)
    return bitmap
  }
}
