/** The typed client of the server's API, and the one shape of its errors. */
import createClient, { type Middleware } from 'openapi-fetch'
import type { components, paths } from './schema'

export type Schemas = components['schemas']

/** A refusal or fault of the server; `code` is stable and translated by the page. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly detail: Record<string, unknown> = {},
  ) {
    super(message)
  }
}

/** The request never reached the server, or its answer never came back. */
export class Unreachable extends Error {}

export function csrfToken(): string {
  return /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? ''
}

/** `fetch` with the session's token; throws ApiError for a refusal, Unreachable where nobody answered. */
export async function send(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers)
  headers.set('X-CSRFToken', csrfToken())
  let response: Response
  try {
    response = await fetch(path, { ...init, headers, credentials: 'same-origin' })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new Unreachable(String(error))
  }
  if (!response.ok && response.status !== 304) throw await refusal(response)
  return response
}

async function refusal(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null)
  const error = (body as { error?: { code?: string; message?: string; detail?: Record<string, unknown> } } | null)?.error
  const fallback = response.status >= 500 ? 'server_fault' : 'refused'
  return new ApiError(response.status, error?.code ?? fallback, error?.message ?? response.statusText, error?.detail)
}

const session: Middleware = {
  onRequest({ request }) {
    request.headers.set('X-CSRFToken', csrfToken())
    return request
  },
  async onResponse({ response }) {
    if (!response.ok && response.status !== 304) throw await refusal(response)
  },
  onError({ error }) {
    return error instanceof ApiError ? error : new Unreachable(String(error))
  },
}

export const api = createClient<paths>({ baseUrl: '', credentials: 'same-origin' })
api.use(session)

/** The data of an answer; refusals were thrown before. */
export async function data<T>(answer: Promise<{ data?: T }>): Promise<T> {
  return (await answer).data as T
}
