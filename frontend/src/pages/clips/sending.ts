/** One file on its way by the tus protocol: in pieces, going on where it stopped, whatever stopped it. */
import { createSHA256 } from 'hash-wasm'
import { DetailedError, Upload, type HttpRequest } from 'tus-js-client'
import { api, ApiError, csrfToken, data, Unreachable, type Schemas } from '../../api/client'

export type Unfinished = Schemas['Upload']

/** The server takes no larger piece; a cut connection costs at most one. */
const PIECE = 16 * 2 ** 20
/** Read at both ends of a file to know it again; whole gigabytes would take minutes. */
const SAMPLE = 2 ** 20
/** Seconds to wait before each further try; tus begins anew with them after every piece that went through. */
const WAITS = [0, 1, 2, 4, 8, 15, 30, 30, 60, 60, 60, 60, 120, 120, 120].map((seconds) => seconds * 1000)

export type Stall = 'connection' | 'store'

/** A file on its way; `abort(true)` also removes what came of it. */
export interface Sending {
  start: () => void
  abort: (forGood: boolean) => Promise<void>
}

export interface Watcher {
  /** How much the server had already of a file that goes on. */
  from: (bytes: number) => void
  sent: (bytes: number) => void
  /** What is tried again: the connection, or the place where the server keeps files; null once it is there again. */
  stalled: (stalled: Stall | null) => void
  done: (upload: Unfinished) => void
  failed: (error: ApiError | Unreachable) => void
}

/** What a file is known by from one day to the next: its size and both its ends. */
export async function markOf(file: File): Promise<string> {
  const hash = await createSHA256()
  hash.update(`${file.size} `)
  for (const part of [file.slice(0, SAMPLE), file.slice(-SAMPLE)]) hash.update(await read(part))
  return hash.digest('hex')
}

/** The browser gives no byte of a file that was changed, moved or taken out since it was chosen. */
async function read(part: Blob): Promise<Uint8Array> {
  try {
    return new Uint8Array(await part.arrayBuffer())
  } catch (error) {
    throw new ApiError(0, 'file_changed', String(error))
  }
}

/** Begin a file, or go on with one of `unfinished`. */
export async function sendFile(file: File, show: string, unfinished: readonly Unfinished[], watcher: Watcher): Promise<Sending> {
  const mark = await markOf(file)
  const begun = unfinished.find((one) => one.mark === mark && one.show === show)
  const given = new AbortController()
  let known = !begun
  const progress = (bytes: number) => {
    if (known) watcher.sent(bytes)
    else watcher.from(bytes)
    known = true
  }
  /** A file that cannot be read any more looks like a lost connection, and no try mends it. */
  const stalled = (stall: Stall) => {
    watcher.stalled(stall)
    read(file.slice(0, 1)).catch((error: ApiError) => void upload.abort().then(() => watcher.failed(error)))
  }
  const upload: Upload = new Upload(file, {
    endpoint: '/api/uploads',
    uploadUrl: begun ? `/api/uploads/${begun.id}` : null,
    chunkSize: PIECE,
    retryDelays: WAITS,
    storeFingerprintForResuming: false,
    metadata: { filename: file.name, show, mark },
    onBeforeRequest: (request: HttpRequest) => request.setHeader('X-CSRFToken', csrfToken()),
    onShouldRetry: (error) => {
      const again = mayPass(error)
      if (again) stalled(stallOf(refusal(error)) ?? 'connection')
      return again
    },
    onProgress: progress,
    onChunkComplete: () => watcher.stalled(null),
    onError: (error) => watcher.failed(refusal(error)),
    onSuccess: () => void settle(() => whatBecame(upload.url ?? ''), watcher, given.signal),
  })
  const abort = (forGood: boolean) => {
    given.abort()
    return upload.abort(forGood)
  }
  return { start: () => upload.start(), abort }
}

/** Nobody answered, the server stumbled, another request of ours still holds the file, or it knows a better place. */
function mayPass(error: Error | DetailedError): boolean {
  const answer = error instanceof DetailedError ? error.originalResponse : null
  const status = answer?.getStatus() ?? 0
  if (status === 409) return answer?.getBody().includes('"offset"') ?? false
  return status === 0 || status === 423 || status >= 500
}

function refusal(error: Error | DetailedError): ApiError | Unreachable {
  const answer = error instanceof DetailedError ? error.originalResponse : null
  if (!answer?.getStatus()) return new Unreachable(error.message)
  try {
    const body = JSON.parse(answer.getBody()) as { error: { code: string; message: string; detail: Record<string, unknown> } }
    return new ApiError(answer.getStatus(), body.error.code, body.error.message, body.error.detail)
  } catch {
    return new ApiError(answer.getStatus(), answer.getStatus() === 413 ? 'too_large' : 'server_fault', error.message)
  }
}

/** Why an answer may come later, or null where asking again mends nothing. */
function stallOf(error: unknown): Stall | null {
  if (!(error instanceof ApiError)) return 'connection'
  if (error.code === 'store_down') return 'store'
  return error.status >= 500 || error.status === 423 ? 'connection' : null
}

/** All bytes are there: the clip, or why there is none. */
async function whatBecame(url: string): Promise<Unfinished> {
  const path = { id: url.slice(url.lastIndexOf('/') + 1) }
  const upload = await data(api.GET('/api/uploads/{id}', { params: { path } }))
  if (upload.clip || upload.fault) return upload
  return data(api.POST('/api/uploads/{id}/finish', { params: { path } }))
}

/** Ask what became of a file until there is an answer: whoever keeps the server's files may be away for some minutes. */
export async function settle(ask: () => Promise<Unfinished>, watcher: Watcher, given: AbortSignal, waits = WAITS): Promise<void> {
  const [wait, ...later] = waits
  try {
    watcher.done(await ask())
  } catch (error) {
    if (given.aborted) return
    const stall = stallOf(error)
    if (!stall || wait === undefined) return watcher.failed(error instanceof ApiError ? error : new Unreachable(String(error)))
    watcher.stalled(stall)
    await new Promise((resolve) => setTimeout(resolve, wait))
    if (!given.aborted) await settle(ask, watcher, given, later)
  }
}
