/** Subjects merged and split by hand: what will happen, the act on the state that was told, and its undoing. */
import { api, data, type Schemas } from '../api/client'

export type JoinPlan = Schemas['Plan']

/** `merge`: `other` is put away and what it has becomes the subject's. `split`: from `frame` on it is somebody new. */
export type Join = { kind: 'merge'; subject: string; other: string } | { kind: 'split'; subject: string; frame: number }

/** `subject` stands for the act; `act` undoes it. */
export interface Joined {
  kind: Join['kind']
  subject: string
  act: string
  frames: number
}

export function planJoin(join: Join): Promise<JoinPlan> {
  const path = { id: join.subject }
  if (join.kind === 'merge') return data(api.GET('/api/subjects/{id}/merge', { params: { path, query: { other: join.other } } }))
  return data(api.GET('/api/subjects/{id}/split', { params: { path, query: { frame: join.frame } } }))
}

export async function doJoin(join: Join, { state }: JoinPlan): Promise<Joined> {
  const params = { path: { id: join.subject } }
  const done =
    join.kind === 'merge'
      ? await data(api.POST('/api/subjects/{id}/merge', { params, body: { other: join.other, state } }))
      : await data(api.POST('/api/subjects/{id}/split', { params, body: { frame: join.frame, state } }))
  return { kind: join.kind, subject: join.subject, act: done.act, frames: done.frames.length }
}

export async function undoJoin({ subject, act }: Joined): Promise<void> {
  await data(api.POST('/api/subjects/{id}/unjoin', { params: { path: { id: subject } }, body: { act } }))
}
