/** Every stroke is written to IndexedDB before it is sent, one book for each person: a crash loses nothing. */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb'
import type { Layer, Presence, ToolCount } from './layers'
import type { TileKey } from './tiles'

export interface Unsent {
  /** shot:frame:subject */
  key: string
  shot: string
  frame: number
  subject: string
  parent: string | null
  presence: Presence
  tiles: Map<TileKey, Uint8Array>
  tools: ToolCount[]
}

/** What is painted on the layer and not sent. */
export function unsentOf(shot: string, frame: number, subject: string, layer: Layer): Unsent {
  const { parent, presence, toolCounts: tools } = layer
  return { key: `${shot}:${frame}:${subject}`, shot, frame, subject, parent, presence, tiles: layer.changes(), tools }
}

interface Book extends DBSchema {
  unsent: { key: string; value: Unsent; indexes: { shot: string } }
}

export class Journal {
  private constructor(private readonly book: IDBPDatabase<Book>) {}

  static async open(person: string): Promise<Journal> {
    const book = await openDB<Book>(`koutu-journal-${person}`, 1, {
      upgrade(database) {
        database.createObjectStore('unsent', { keyPath: 'key' }).createIndex('shot', 'shot')
      },
    })
    return new Journal(book)
  }

  async write(entry: Unsent): Promise<void> {
    await this.book.put('unsent', entry)
  }

  async forget(key: string): Promise<void> {
    await this.book.delete('unsent', key)
  }

  /** What this person painted in the shot and the server does not have. */
  async of(shot: string): Promise<Unsent[]> {
    return this.book.getAllFromIndex('unsent', 'shot', shot)
  }

  close(): void {
    this.book.close()
  }
}
