/** Who is using this page: log in, log out, preferences. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, ApiError, csrfToken, data, Unreachable, type Schemas } from './client'

export type Me = Schemas['Me']
export type Role = Schemas['RoleEnum']
const ROLES: readonly Role[] = ['viewer', 'annotator', 'reviewer', 'lead', 'admin']
const SESSION = '/_allauth/browser/v1/auth'

/** Each role may do what those before it may. */
export function atLeast(role: Role | null | undefined, needed: Role): boolean {
  return role ? ROLES.indexOf(role) >= ROLES.indexOf(needed) : false
}

export function notLoggedIn(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 401 || error.code === 'not_authenticated')
}

/** The person, or null when nobody is logged in. */
export function useMe() {
  return useQuery({
    queryKey: ['me'],
    queryFn: async (): Promise<Me | null> => {
      try {
        return await data(api.GET('/api/me'))
      } catch (error) {
        if (notLoggedIn(error)) return null
        throw error
      }
    },
    staleTime: 60_000,
  })
}

export function useRole(): Role | null {
  return useMe().data?.role ?? null
}

export function usePreferences() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: Schemas['PatchedMeRequest']) => data(api.PATCH('/api/me', { body })),
    onSuccess: (me) => client.setQueryData(['me'], me),
  })
}

/** Log in with name and password. Throws ApiError with the code of the login service (`wrong_password`, `too_many`). */
export async function logIn(username: string, password: string): Promise<void> {
  if (!csrfToken()) await ask('GET', '/session')
  const response = await ask('POST', '/login', { username, password })
  if (response.ok || response.status === 409) return
  const code = response.status === 429 ? 'too_many' : response.status === 400 ? 'wrong_password' : 'login_refused'
  throw new ApiError(response.status, code, response.statusText)
}

export async function logOut(): Promise<void> {
  await ask('DELETE', '/session')
}

async function ask(method: string, path: string, body?: object): Promise<Response> {
  const headers = { 'Content-Type': 'application/json', 'X-CSRFToken': csrfToken() }
  try {
    return await fetch(SESSION + path, { method, headers, body: body && JSON.stringify(body) })
  } catch (error) {
    throw new Unreachable(String(error))
  }
}
