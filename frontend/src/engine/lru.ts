/** What was used last stays, as long as it fits in so many bytes. */
export class Lru<V> {
  private readonly held = new Map<string, { value: V; bytes: number }>()
  private bytes = 0

  constructor(
    private readonly limit: number,
    private readonly drop: (value: V) => void = () => undefined,
    /** What must stay however full it is. */
    private readonly keep: (value: V, key: string) => boolean = () => false,
  ) {}

  get size(): number {
    return this.bytes
  }

  has(key: string): boolean {
    return this.held.has(key)
  }

  get(key: string): V | undefined {
    const entry = this.held.get(key)
    if (!entry) return undefined
    this.held.delete(key)
    this.held.set(key, entry)
    return entry.value
  }

  set(key: string, value: V, bytes: number): void {
    this.delete(key)
    this.held.set(key, { value, bytes })
    this.bytes += bytes
    for (const [old, entry] of this.held) {
      if (this.bytes <= this.limit || old === key) break
      if (!this.keep(entry.value, old)) this.delete(old)
    }
  }

  delete(key: string): void {
    const entry = this.held.get(key)
    if (!entry) return
    this.held.delete(key)
    this.bytes -= entry.bytes
    this.drop(entry.value)
  }

  entries(): [key: string, value: V][] {
    return [...this.held].map(([key, { value }]) => [key, value])
  }

  clear(): void {
    for (const key of [...this.held.keys()]) this.delete(key)
  }
}
