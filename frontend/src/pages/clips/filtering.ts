/** Which clips a filter shows, and how they stand together. */
import type { Clip, Show } from '../../api/queries'
import { STATES, type WorkState } from '../../parts/StateMark'

export interface Filter {
  words: string
  state: 'all' | 'busy' | 'failed' | 'twins' | WorkState
  rights: (typeof FILTER_RIGHTS)[number]
  sort: (typeof SORTS)[number]
  deleted: boolean
}

export const FILTER_RIGHTS = ['all', 'ok', 'soon', 'lapsed'] as const
export const SORTS = ['name', 'accepted', 'newest'] as const
export const EVERYTHING: Filter = { words: '', state: 'all', rights: 'all', sort: 'name', deleted: false }
export const FILTER_STATES = ['all', ...STATES, 'busy', 'failed', 'twins'] as const

/** Clips whose name or show holds every word, in the wanted state. */
export function matching(clips: readonly Clip[], shows: readonly Show[], filter: Filter): Clip[] {
  const known = new Map(shows.map((show) => [show.id, show]))
  const words = filter.words.toLowerCase().split(/\s+/).filter(Boolean)
  return clips.filter((clip) => {
    const show = known.get(clip.show)
    const text = `${show?.name ?? ''} ${clip.name}`.toLowerCase()
    return words.every((word) => text.includes(word)) && inState(clip, filter.state) && (!show || underRights(show, filter.rights))
  })
}

function underRights({ rights }: Show, wanted: Filter['rights']): boolean {
  if (wanted === 'all') return true
  if (wanted === 'lapsed') return rights.state !== 'ok' && rights.state !== 'soon'
  return rights.state === wanted
}

/** By name; the least accepted first; the newest first. */
function sorted(clips: readonly Clip[], sort: Filter['sort']): Clip[] {
  const accepted = ({ frames, progress }: Clip) => (frames ? progress.accepted / frames : 0)
  return [...clips].sort((a, b) => {
    if (sort === 'accepted') return accepted(a) - accepted(b) || a.name.localeCompare(b.name)
    if (sort === 'newest') return b.created_at.localeCompare(a.created_at)
    return a.name.localeCompare(b.name, undefined, { numeric: true })
  })
}

function inState(clip: Clip, state: Filter['state']): boolean {
  if (state === 'all') return true
  if (state === 'failed') return clip.state === 'failed'
  if (state === 'busy') return clip.job !== null
  if (state === 'twins') return clip.duplicates > 0
  return clip.progress[state] > 0
}

/** Clips by show. Shows without clips stand there too, unless something is being looked for. */
export function grouped(clips: readonly Clip[], shows: readonly Show[], filter: Filter): [Show, Clip[]][] {
  const looking = filter.words !== '' || filter.state !== 'all' || filter.rights !== 'all'
  return shows
    .map((show): [Show, Clip[]] => [show, sorted(clips.filter((clip) => clip.show === show.id), filter.sort)])
    .filter(([show, own]) => own.length > 0 || (!looking && (show.deleted_at !== null) === filter.deleted))
}

/** Frames of all clips together, and by state. */
export function totals(clips: readonly Clip[]): { frames: number } & Record<WorkState, number> {
  const sum = { frames: 0, accepted: 0, review: 0, work: 0, rejected: 0, pre: 0 }
  for (const clip of clips) {
    sum.frames += clip.frames
    for (const state of STATES) sum[state] += clip.progress[state]
  }
  return sum
}
