import { describe, expect, it } from 'vitest'
import type { Task } from '../../api/queries'
import { heldBy, offered, queue } from './ordering'

const NOW = Date.parse('2026-11-23T12:00:00Z')
const LATER = '2026-11-23T12:10:00Z'
const EARLIER = '2026-11-23T11:50:00Z'
const me = { id: 'me', name: 'Ada' }
const other = { id: 'other', name: 'Bo' }
const task = (id: string, more: Partial<Task> = {}) =>
  ({ id, stage: 'base', show: 's1', holder: null, lease_until: null, rejected: null, ...more }) as Task
const rejected = { reason: 'hair missing', by: other, at: EARLIER }

const tasks = [
  task('pre', { stage: 'prelabel' }),
  task('free'),
  task('back', { rejected }),
  task('mine', { holder: me, lease_until: LATER }),
  task('theirs', { holder: other, lease_until: LATER, show: 's2' }),
  task('review', { stage: 'review' }),
]
const wanted = { tab: 'annotate' as const, show: '', mine: false, me: 'me' }
const ids = (more: object) => queue(tasks, { ...wanted, ...more }, NOW).map(({ id }) => id)

describe('the queue', () => {
  it('puts own work first, then what came back, then the free; pre-labels still running last', () => {
    expect(ids({})).toEqual(['mine', 'back', 'free', 'theirs', 'pre'])
  })

  it('filters by tab, show and holder', () => {
    expect(ids({ tab: 'review' })).toEqual(['review'])
    expect(ids({ show: 's2' })).toEqual(['theirs'])
    expect(ids({ mine: true })).toEqual(['mine'])
  })

  it('does not count a lapsed lease as held', () => {
    expect(heldBy(task('x', { holder: me, lease_until: EARLIER }), 'me', NOW)).toBe(false)
  })
})

describe('the offer', () => {
  const queued = queue(tasks, wanted, NOW)

  it('follows the server where it can', () => {
    expect(offered(tasks[1]!, queued, new Set(), 'me', NOW)?.id).toBe('free')
  })

  it('passes over what was skipped and what another holds', () => {
    expect(offered(tasks[1]!, queued, new Set(['free', 'mine', 'back']), 'me', NOW)).toBeNull()
    expect(offered(null, queued, new Set(['mine']), 'me', NOW)?.id).toBe('back')
  })
})
