/** What a person left unsent, in this browser's journal or (as a draft) from another machine, as a layer again. */
import { ApiError, api, data } from '../api/client'
import { fetchMatte } from './bundle'
import type { Unsent } from './journal'
import { Layer, type Presence } from './layers'
import { keyOf, type Sheets, type Shot } from './sheets'

/** A draft as the server tells of it. */
interface Draft {
  frame: number
  subject: string
  parent?: string | null
  presence: Presence
}

export interface Recovered {
  frames: number[]
}

/** Lay all of it out on the desk; null where there was nothing. The journal outranks a draft: it is written first. */
export async function recover(shot: Shot, sheets: Sheets, kept: Unsent[]): Promise<Recovered | null> {
  const known = new Set(kept.map(({ frame, subject }) => keyOf(frame, subject)))
  const drafts = await data(api.GET('/api/shots/{id}/drafts', { params: { path: { id: shot.id } } }))
  const left = [...kept, ...drafts.filter((draft) => !known.has(keyOf(draft.frame, draft.subject)))]
  const frames: number[] = []
  for (const one of left) {
    const layer = isOpen(shot, one) ? await layerOf(shot, sheets, one) : null
    if (!layer?.dirty) continue
    sheets.put(one.frame, one.subject, layer)
    frames.push(one.frame)
  }
  return frames.length ? { frames: frames.sort((a, b) => a - b) } : null
}

function isOpen(shot: Shot, { frame, subject }: Draft): boolean {
  const task = shot.tasks.find((one) => one.first <= frame && frame <= one.last)
  return task?.stage !== 'accepted' && shot.subjects.some((one) => one.id === subject && !one.deleted_at)
}

async function layerOf(shot: Shot, sheets: Sheets, kept: Unsent | Draft): Promise<Layer> {
  const head = sheets.heads.get(keyOf(kept.frame, kept.subject))?.revision ?? null
  const layer = (await grownFrom(shot, kept.parent ?? null)) ?? (await grownFrom(shot, head)) ?? blank(shot)
  if ('tiles' in kept) layer.recall(kept.tiles, kept.presence, kept.tools)
  else {
    const path = `/api/drafts/${shot.clip.id}/${kept.frame}/${kept.subject}`
    layer.replace(await fetchMatte(path, layer.plane), null, kept.presence)
    layer.presence = kept.presence
  }
  layer.changes() // what equals the server's state is not unsent
  return layer
}

/** The state that the strokes were painted on, so that what others saved since is met as such; null where it is gone. */
async function grownFrom(shot: Shot, revision: string | null): Promise<Layer | null> {
  if (!revision) return blank(shot)
  try {
    const { presence } = await data(api.GET('/api/revisions/{id}', { params: { path: { id: revision } } }))
    const matte = await fetchMatte(`/api/revisions/${revision}/planes?layer=matte`, shot.clip)
    return new Layer(shot.clip.width, shot.clip.height, revision, presence, matte)
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null
    throw error
  }
}

function blank({ clip }: Shot): Layer {
  return new Layer(clip.width, clip.height, null, 'unknown')
}
