/** The state of uploads, as a pure function of what happened: one row a file. */

import type { Stall } from './sending'

export type UploadState = 'waiting' | 'sending' | 'paused' | 'taken' | 'duplicate' | 'failed' | 'cancelled'

export interface UploadRow {
  id: number
  name: string
  show: string
  state: UploadState
  sent: number
  size: number
  /** Bytes a second over the last seconds; null before there is anything to go by. */
  rate: number | null
  /** What is away and is tried again. */
  stalled: Stall | null
  /** The server's name of a file that was refused once it was whole. */
  upload: string | null
  /** The new clip, or for a duplicate the one that is there already. */
  clip: string | null
  error: { code: string; message: string; detail: Record<string, unknown> } | null
  /** When the last piece went out, ms. */
  at: number
}

export type UploadEvent =
  | { kind: 'added'; id: number; name: string; show: string; size: number }
  /** `sent` where the server had a part of it already. */
  | { kind: 'started'; id: number; at: number; sent?: number }
  | { kind: 'sent'; id: number; sent: number; at: number }
  | { kind: 'taken'; id: number; clip: string }
  | { kind: 'stalled'; id: number; stalled: Stall | null }
  | { kind: 'refused'; id: number; upload?: string; code: string; message: string; detail: Record<string, unknown> }
  | { kind: 'paused'; id: number }
  | { kind: 'cancelled'; id: number }
  | { kind: 'again'; id: number }
  | { kind: 'chosen'; id: number; name: string; size: number }
  | { kind: 'removed'; ids: number[] }

/** Weight of the newest piece in the rate: about the last three seconds count. */
const NEWEST = 0.3
const AT_ONCE = 2
const ENDED: readonly UploadState[] = ['taken', 'duplicate', 'failed', 'cancelled']

export function happened(rows: readonly UploadRow[], event: UploadEvent): readonly UploadRow[] {
  if (event.kind === 'added') return [...rows, newRow(event)]
  if (event.kind === 'removed') return rows.filter((row) => !event.ids.includes(row.id))
  return rows.map((row) => (row.id === event.id ? changed(row, event) : row))
}

function newRow({ id, name, show, size }: { id: number; name: string; show: string; size: number }): UploadRow {
  return { id, name, show, size, state: 'waiting', sent: 0, rate: null, stalled: null, upload: null, clip: null, error: null, at: 0 }
}

function changed(row: UploadRow, event: Exclude<UploadEvent, { kind: 'added' | 'removed' }>): UploadRow {
  switch (event.kind) {
    case 'started':
      return { ...row, state: 'sending', sent: event.sent ?? row.sent, rate: null, error: null, at: event.at }
    case 'sent':
      return { ...row, sent: event.sent, rate: nextRate(row, event.sent, event.at), at: event.at }
    case 'stalled':
      return { ...row, stalled: event.stalled }
    case 'paused':
      return isEnded(row) ? row : { ...row, state: 'paused', rate: null, stalled: null }
    case 'taken':
      return { ...row, state: 'taken', sent: row.size, stalled: null, clip: event.clip, error: null }
    case 'refused':
      return refused(row, event)
    case 'cancelled':
      return isEnded(row) ? row : { ...row, state: 'cancelled' }
    case 'again':
      return { ...newRow(row), id: row.id, sent: row.sent }
    case 'chosen':
      return newRow({ ...row, name: event.name, size: event.size })
  }
}

function refused(row: UploadRow, event: Extract<UploadEvent, { kind: 'refused' }>): UploadRow {
  const { code, message, detail, upload = null } = event
  if (row.state === 'cancelled' || row.state === 'paused') return row
  const there = code === 'duplicate' && typeof detail.clip === 'string' ? detail.clip : null
  return { ...row, state: there ? 'duplicate' : 'failed', stalled: null, upload, clip: there, error: { code, message, detail } }
}

function nextRate(row: UploadRow, sent: number, at: number): number | null {
  const passed = (at - row.at) / 1000
  // After a lost connection the file goes on from where the server has it, which may be a little earlier.
  if (passed <= 0 || row.sent > sent) return row.rate
  const now = (sent - row.sent) / passed
  return row.rate === null ? now : row.rate * (1 - NEWEST) + now * NEWEST
}

export function isEnded(row: UploadRow): boolean {
  return ENDED.includes(row.state)
}

/** All of the file is at the server: what failed after that is not the sending. */
export function hasArrived(row: UploadRow): boolean {
  return row.size > 0 && row.sent === row.size && row.error?.code !== 'unreachable'
}

/** The rows to start now: at most two at once, in the order in which they came. */
export function dueRows(rows: readonly UploadRow[]): UploadRow[] {
  const free = AT_ONCE - rows.filter((row) => row.state === 'sending').length
  return rows.filter((row) => row.state === 'waiting').slice(0, Math.max(0, free))
}

/** Seconds until the file is sent, or null while that is a guess. */
export function secondsLeft(row: UploadRow): number | null {
  return row.rate && row.rate > 0 ? (row.size - row.sent) / row.rate : null
}
