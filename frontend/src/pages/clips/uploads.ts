/** The uploads of this tab: they go on while one moves from page to page, and after the page was closed. */
import { useSyncExternalStore } from 'react'
import { feed } from '../../api/activity'
import { api, ApiError, data, Unreachable } from '../../api/client'
import { sendFile, type Sending, type Unfinished, type Watcher } from './sending'
import { dueRows, happened, isEnded, type UploadEvent, type UploadRow } from './uploadRows'

let rows: readonly UploadRow[] = []
let next = 1
const files = new Map<number, File>()
const running = new Map<number, Promise<Sending>>()
const listeners = new Set<() => void>()

/** What can be a clip: a video, a zip of numbered pictures, one picture. The server looks inside; this is for the picker. */
export const ACCEPT = 'video/*,.mkv,.mxf,.ts,.m2ts,.avi,.zip,.png,.jpg,.jpeg,.tif,.tiff,.exr'

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

export function pauseUpload(id: number): void {
  tell({ kind: 'paused', id })
  void stop(id, false)
  startDue()
}

export function cancelUpload(id: number): void {
  tell({ kind: 'cancelled', id })
  void stop(id, true)
  startDue()
}

/** Go on with a row that was paused or failed, from where the server has it. */
export function goOn(id: number): void {
  tell({ kind: 'again', id })
  startDue()
}

/** Another file in a row's place: the one that was chosen has changed, or is gone. */
export function chooseAgain(id: number, file: File): void {
  files.set(id, file)
  tell({ kind: 'chosen', id, name: file.name, size: file.size })
  startDue()
}

export function removeRows(ids: number[]): void {
  for (const id of ids) files.delete(id)
  tell({ kind: 'removed', ids })
}

/** Keep a file whose bytes are here already, as a clip linked to the other one. */
export async function keepAnyway(row: UploadRow): Promise<void> {
  try {
    const path = { id: row.upload! }
    const kept = await data(api.POST('/api/uploads/{id}/keep', { params: { path } }))
    tell({ kind: 'taken', id: row.id, clip: kept.clip! })
    feed.wake()
  } catch (error) {
    if (error instanceof ApiError) tell({ kind: 'refused', id: row.id, code: error.code, message: error.message, detail: error.detail })
  }
}

async function stop(id: number, forGood: boolean): Promise<void> {
  const sending = await running.get(id)?.catch(() => null)
  running.delete(id)
  // What the server has of a file that is given up is of no use; a server that does not answer removes it in a week.
  await sending?.abort(forGood).catch(() => undefined)
}

function startDue(): void {
  for (const row of dueRows(rows)) {
    tell({ kind: 'started', id: row.id, at: performance.now() })
    const sending = start(row)
    running.set(row.id, sending)
    sending.catch((error: unknown) => watcherOf(row.id).failed(error instanceof ApiError ? error : new Unreachable(String(error))))
  }
}

async function start(row: UploadRow): Promise<Sending> {
  const unfinished = await data(api.GET('/api/uploads')).catch((): Unfinished[] => [])
  const sending = await sendFile(files.get(row.id)!, row.show, unfinished, watcherOf(row.id))
  if (rows.find(({ id }) => id === row.id)?.state === 'sending') sending.start()
  return sending
}

function watcherOf(id: number): Watcher {
  return {
    from: (sent) => tell({ kind: 'started', id, sent, at: performance.now() }),
    sent: (sent) => tell({ kind: 'sent', id, sent, at: performance.now() }),
    stalled: (stalled) => tell({ kind: 'stalled', id, stalled }),
    done: ({ id: upload_, clip, fault }) =>
      ended(id, clip ? { kind: 'taken', id, clip } : { kind: 'refused', id, upload: upload_, ...faultOf(fault) }),
    failed: (error) => {
      const known = error instanceof ApiError ? error : new ApiError(0, 'unreachable', error.message)
      ended(id, { kind: 'refused', id, code: known.code, message: known.message, detail: known.detail })
    },
  }
}

function faultOf(fault: Unfinished['fault']): { code: string; message: string; detail: Record<string, unknown> } {
  return { code: 'server_fault', message: '', ...fault, detail: (fault?.detail ?? {}) as Record<string, unknown> }
}

function ended(id: number, event: UploadEvent): void {
  running.delete(id)
  tell(event)
  feed.wake()
  startDue()
}

/** Closing the page stops what is being sent: the browser asks first. It can go on later, but only by this person's hand. */
window.addEventListener('beforeunload', (event) => {
  if (rows.some((row) => !isEnded(row) && row.state !== 'paused')) event.preventDefault()
})
