/** A person's own backdrop: one picture, or the pictures of a moving plate in the order of their names. It stays in this
 * browser; no server hears of it. */
import { Lru } from './lru'

const BYTES = 96 * 2 ** 20

export class Plate {
  private files: readonly File[] = []
  private readonly shown = new Lru<ImageBitmap>(BYTES, (bitmap) => bitmap.close())
  private readonly asked = new Set<number>()
  /** Files that are no picture. */
  broken = false

  constructor(
    private readonly changed: () => void,
    private readonly decode: (file: File) => Promise<ImageBitmap> = (file) => createImageBitmap(file),
  ) {}

  get there(): boolean {
    return this.files.length > 0
  }

  take(files: readonly File[]): void {
    this.shown.clear()
    this.asked.clear()
    this.broken = false
    this.files = [...files].sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
    this.changed()
  }

  /** The picture behind the frame so many after the first; a plate that is shorter begins anew. */
  at(place: number): ImageBitmap | null {
    const { length } = this.files
    if (!length) return null
    const turn = ((place % length) + length) % length
    const ready = this.shown.get(String(turn))
    if (!ready) void this.load(turn)
    return ready ?? null
  }

  private async load(turn: number): Promise<void> {
    if (this.asked.has(turn) || this.broken) return
    this.asked.add(turn)
    const { files } = this
    try {
      const bitmap = await this.decode(files[turn]!)
      if (files === this.files) this.shown.set(String(turn), bitmap, bitmap.width * bitmap.height * 4)
      else bitmap.close()
    } catch {
      if (files === this.files) this.broken = true
    } finally {
      if (files === this.files) this.asked.delete(turn)
      this.changed()
    }
  }
}
