/** Whose a part is, said anew and taken back. */
import { api, data } from '../../api/client'
import { putOwners, type Owned } from '../../engine/parts'
import type { Subject } from '../../engine/session'
import type { Desk } from './desk'

const LOOK_MS = 600

/** The banner offers what was before. */
export async function own(desk: Desk, part: Subject, owners: readonly Owned[]): Promise<void> {
  await write(desk, part.id, owners)
  desk.set({ owned: { part: part.id, before: part.owners } })
}

export async function disown(desk: Desk): Promise<void> {
  const { owned } = desk.state
  if (!owned) return
  await write(desk, owned.part, owned.before)
  desk.set({ owned: null })
}

async function write(desk: Desk, part: string, owners: readonly Owned[]): Promise<void> {
  const { job } = await putOwners(part, owners)
  await desk.session.reloadShot()
  if (job) void settled(desk, job.id).catch(() => undefined) // the next look shows it as well
}

/** Show the people with what they were given, and without what they gave away, once the server has seen to it. */
async function settled(desk: Desk, job: string): Promise<void> {
  for (let state = 'queued'; state === 'queued' || state === 'running'; ) {
    await new Promise((done) => setTimeout(done, LOOK_MS))
    state = (await data(api.GET('/api/jobs/{id}', { params: { path: { id: job } } }))).state
  }
  await desk.session.refresh()
}
