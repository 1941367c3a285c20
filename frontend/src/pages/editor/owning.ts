/** Whose a part is, said anew and taken back. */
import { putOwners, type Owned } from '../../engine/parts'
import type { Subject } from '../../engine/session'
import type { Desk } from './desk'

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
  await putOwners(part, owners)
  await desk.session.reloadShot()
}
