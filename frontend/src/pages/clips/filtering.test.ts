import { describe, expect, it } from 'vitest'
import type { Clip, Show } from '../../api/queries'
import { EVERYTHING, grouped, matching, totals, type Filter } from './filtering'

const ALL = EVERYTHING
const NONE = { pre: 0, work: 0, review: 0, accepted: 0, rejected: 0 }
const show = (id: string, name: string, deleted_at: string | null = null) => ({ id, name, deleted_at, rights: { state: id === '1' ? 'ok' : 'missing', until: null } }) as Show
const clip = (id: string, of: string, more: Partial<Clip> = {}) =>
  ({ id, show: of, name: id, frames: 100, state: 'ready', job: null, progress: NONE, ...more }) as Clip

const shows = [show('1', 'Tears of Steel'), show('2', '手语样片'), show('3', 'New show')]
const clips = [
  clip('battle', '1', { progress: { ...NONE, accepted: 40, pre: 60 } }),
  clip('asl_eat', '2', { progress: { ...NONE, accepted: 100 } }),
  clip('asl_sorry', '2', { state: 'failed', frames: 0 }),
  clip('asl_bird', '2', { job: 'j1' }),
]
const names = (filter: Partial<Filter>) => matching(clips, shows, { ...ALL, ...filter }).map((one) => one.name)

describe('finding clips', () => {
  it('looks in the names of clip and show, every word', () => {
    expect(names({ words: 'STEEL' })).toEqual(['battle'])
    expect(names({ words: '手语 eat' })).toEqual(['asl_eat'])
    expect(names({ words: 'nothing' })).toEqual([])
  })

  it('keeps clips with frames in the wanted state', () => {
    expect(names({ state: 'accepted' })).toEqual(['battle', 'asl_eat'])
    expect(names({ state: 'pre' })).toEqual(['battle'])
    expect(names({ state: 'busy' })).toEqual(['asl_bird'])
    expect(names({ state: 'failed' })).toEqual(['asl_sorry'])
  })
})

describe('groups', () => {
  it('finds clips whose show may not be used', () => {
    expect(names({ rights: 'lapsed' })).toEqual(['asl_eat', 'asl_sorry', 'asl_bird'])
    expect(names({ rights: 'ok' })).toEqual(['battle'])
  })

  it('sorts by name as people count, by what is least accepted, and by age', () => {
    const some = [
      clip('ep10', '1', { created_at: '2026-11-01', progress: { ...NONE, accepted: 1 } }),
      clip('ep2', '1', { created_at: '2026-11-03', progress: { ...NONE, accepted: 90 } }),
      clip('ep1', '1', { created_at: '2026-11-02' }),
    ]
    const order = (sort: Filter['sort']) => grouped(some, shows, { ...ALL, sort, words: 'ep' })[0]![1].map(({ name }) => name)
    expect(order('name')).toEqual(['ep1', 'ep2', 'ep10'])
    expect(order('accepted')).toEqual(['ep1', 'ep10', 'ep2'])
    expect(order('newest')).toEqual(['ep2', 'ep1', 'ep10'])
  })

  it('shows a new show that has no clip yet, but not while looking for something', () => {
    expect(grouped(clips, shows, ALL).map(([one]) => one.name)).toEqual(['Tears of Steel', '手语样片', 'New show'])
    expect(grouped([clips[0]!], shows, { ...ALL, words: 'battle' }).map(([one]) => one.name)).toEqual(['Tears of Steel'])
  })

  it('keeps a put-away show among the deleted', () => {
    const all = [...shows, show('4', 'Old', '2026-11-20T00:00:00Z')]
    expect(grouped([], all, ALL).map(([one]) => one.name)).not.toContain('Old')
    expect(grouped([], all, { ...ALL, deleted: true }).map(([one]) => one.name)).toEqual(['Old'])
  })

  it('adds frames up by state', () => {
    expect(totals(clips)).toMatchObject({ frames: 300, accepted: 140, pre: 60 })
  })
})
