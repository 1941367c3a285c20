/** Two saves of one frame and subject: what joins by itself, and what a person must choose. */
import type { Schemas } from '../api/client'
import type { Layer, Presence } from './layers'
import type { Plane } from './planes'
import { changedTiles, mergeTiles, type Merge, type TileKey } from './tiles'

export type Revision = Schemas['Revision']

/** Two people changed the same tiles: a person must choose. */
export interface Conflict {
  key: string
  head: Revision
  mine: Plane
  theirs: Plane
  both: TileKey[]
}

/** By tile where both saw the subject. Where one says it is not there, one of the two states holds as a whole. */
export function join(layer: Layer, mine: Plane, theirs: Plane, theirPresence: Presence): Merge {
  if (layer.presence === theirPresence) return mergeTiles(layer.base, mine, theirs)
  const onlyMine = theirPresence === layer.basePresence && changedTiles(theirs, layer.base).length === 0
  return onlyMine ? { merged: mine, both: [] } : { merged: theirs, both: changedTiles(theirs, mine) }
}

/** Stand the layer on the newer head, with `chosen` as what the person wants. */
export function settle(layer: Layer, head: Revision, theirs: Plane, chosen: Plane, presence: Presence): void {
  layer.replace(chosen, 'merge', presence)
  layer.presence = presence
  layer.rebase(head.id, theirs, head.presence)
}
