/** The uploads of this tab: they go on while one moves from page to page. XMLHttpRequest, since fetch reports no progress. */
import { useSyncExternalStore } from 'react'
import { csrfToken } from '../../api/client'
import { feed } from '../../api/activity'
import { dueRows, happened, isEnded, type UploadEvent, type UploadRow } from './uploadRows'

let rows: readonly UploadRow[] = []
let next = 1
const files = new Map<number, File>()
const requests = new Map<number, XMLHttpRequest>()
const listeners = new Set<() => void>()

/** What can be a clip: a video, a zip of numbered pictures, one picture. The server looks inside; this is for the picker. */
export const ACCEPT = 'video/*,.mkv,.mxf,.ts,.avi,.zip,.png,.jpg,.jpeg'

function tell(event: UploadEvent): void {
  rows = happened(rows, event)
  for (const listener of listeners) listener()
}

function listen(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function useUploads(): readonly UploadRow[] {
  return useSyncExternalStore(listen, () => rows)
}

export function upload(show: string, chosen: readonly File[]): void {
  for (const file of chosen) {
    const id = next++
    files.set(id, file)
    tell({ kind: 'added', id, name: file.name, show, size: file.size })
  }
  startDue()
}

export function cancelUpload(id: number): void {
  tell({ kind: 'cancelled', id })
  requests.get(id)?.abort()
}

export function tryAgain(id: number): void {
  tell({ kind: 'again', id })
  startDue()
}

export function removeRows(ids: number[]): void {
  for (const id of ids) files.delete(id)
  tell({ kind: 'removed', ids })
}

function startDue(): void {
  for (const row of dueRows(rows)) start(row)
}

function start(row: UploadRow): void {
  const request = new XMLHttpRequest()
  requests.set(row.id, request)
  tell({ kind: 'started', id: row.id, at: performance.now() })
  request.upload.onprogress = ({ loaded }) => {
    // The form around the file is a few hundred bytes; the row shows the file.
    tell({ kind: 'sent', id: row.id, sent: Math.min(loaded, row.size), at: performance.now() })
  }
  request.onloadend = () => {
    requests.delete(row.id)
    tell(outcome(row.id, request))
    feed.wake()
    startDue()
  }
  request.open('POST', '/api/clips')
  request.setRequestHeader('X-CSRFToken', csrfToken())
  request.responseType = 'json'
  request.send(form(row))
}

function form(row: UploadRow): FormData {
  const body = new FormData()
  body.append('show', row.show)
  body.append('file', files.get(row.id)!, row.name)
  return body
}

interface Answer {
  id?: string
  error?: { code: string; message: string; detail?: Record<string, unknown> }
}

function outcome(id: number, request: XMLHttpRequest): UploadEvent {
  const answer = request.response as Answer | null
  if (request.status === 201 && answer?.id) return { kind: 'taken', id, clip: answer.id }
  if (answer?.error) return { kind: 'refused', id, detail: {}, ...answer.error }
  const code = request.status === 0 ? 'unreachable' : request.status === 413 ? 'too_large' : 'server_fault'
  return { kind: 'refused', id, code, message: request.statusText, detail: {} }
}

/** Closing the page would stop what is being sent: the browser asks first. */
window.addEventListener('beforeunload', (event) => {
  if (rows.some((row) => !isEnded(row))) event.preventDefault()
})
