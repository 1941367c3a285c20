/** Which clips a filter shows, and how they stand together. */
import type { Clip, Show } from '../../api/queries'
import { STATES, type WorkState } from '../../parts/StateMark'

export interface Filter {
  words: string
  state: 'all' | 'busy' | 'failed' | 'twins' | WorkState
  deleted: boolean
}

export const FILTER_STATES = ['all', ...STATES, 'busy', 'failed', 'twins'] as const

/** Clips whose name or show holds every word, in the wanted state. */
export function matching(clips: readonly Clip[], shows: readonly Show[], filter: Filter): Clip[] {
  const names = new Map(shows.map((show) => [show.id, show.name]))
  const words = filter.words.toLowerCase().split(/\s+/).filter(Boolean)
  return clips.filter((clip) => {
    const text = `${names.get(clip.show) ?? ''} ${clip.name}`.toLowerCase()
    return words.every((word) => text.includes(word)) && inState(clip, filter.state)
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
  const looking = filter.words !== '' || filter.state !== 'all'
  return shows
    .map((show): [Show, Clip[]] => [show, clips.filter((clip) => clip.show === show.id)])
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
