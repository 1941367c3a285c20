/** What an action is. */
import type { Desk } from './desk'

export type Group = 'tools' | 'brush' | 'views' | 'timeline' | 'work' | 'history'

export interface Key {
  code: string
  shift?: boolean
  ctrl?: boolean
}

export interface Action {
  id: string
  group: Group
  keys: Key[]
  /** Done again while the key is held down. */
  repeats?: boolean
  /** Not kept back by what waits for its sheet. */
  atOnce?: boolean
  /** Elsewhere the key is the browser's: text is copied there. */
  onCanvas?: boolean
  enabled?: (desk: Desk) => boolean
  run: (desk: Desk) => unknown
}

export const key = (code: string, more: Omit<Key, 'code'> = {}): Key => ({ code, ...more })
