import { describe, expect, it } from 'vitest'
import { dueRows, happened, hasArrived, isEnded, secondsLeft, type UploadEvent, type UploadRow } from './uploadRows'

const added = (id: number, size = 1000): UploadEvent => ({ kind: 'added', id, name: `ep${id}.mp4`, show: 's', size })
const after = (...events: UploadEvent[]): readonly UploadRow[] => events.reduce(happened, [] as readonly UploadRow[])
const row = (...events: UploadEvent[]): UploadRow => after(...events)[0]!

describe('an upload', () => {
  it('shows how fast it goes and how long it will take', () => {
    const sending = row(
      added(1, 10_000_000),
      { kind: 'started', id: 1, at: 0 },
      { kind: 'sent', id: 1, sent: 2_000_000, at: 1000 },
      { kind: 'sent', id: 1, sent: 4_000_000, at: 2000 },
    )
    expect(sending.rate).toBeCloseTo(2_000_000)
    expect(secondsLeft(sending)).toBeCloseTo(3)
  })

  it('smooths the rate, so that one slow second does not frighten', () => {
    const slower = row(
      added(1, 10_000_000),
      { kind: 'started', id: 1, at: 0 },
      { kind: 'sent', id: 1, sent: 1_000_000, at: 1000 },
      { kind: 'sent', id: 1, sent: 1_000_000, at: 2000 },
    )
    expect(slower.rate).toBeCloseTo(700_000)
  })

  it('says nothing about time before the first piece went out', () => {
    expect(secondsLeft(row(added(1), { kind: 'started', id: 1, at: 5 }))).toBeNull()
  })

  it('ends as the clip that the server made', () => {
    const taken = row(added(1), { kind: 'started', id: 1, at: 0 }, { kind: 'taken', id: 1, clip: 'c1' })
    expect([taken.state, taken.clip, isEnded(taken)]).toEqual(['taken', 'c1', true])
  })

  it('points to the clip that holds the same bytes', () => {
    const detail = { clip: 'c9', name: 'asl_eat', show_name: 'Sign samples' }
    const twin = row(added(1), { kind: 'refused', id: 1, code: 'duplicate', message: '', detail })
    expect([twin.state, twin.clip, twin.error?.detail]).toEqual(['duplicate', 'c9', detail])
  })

  it('keeps the reason of a failure and can be tried again', () => {
    const refused: UploadEvent = { kind: 'refused', id: 1, code: 'storage_full', message: 'full', detail: {} }
    expect(row(added(1), refused)).toMatchObject({ state: 'failed', error: { code: 'storage_full' } })
    expect(row(added(1), refused, { kind: 'again', id: 1 })).toMatchObject({ state: 'waiting', error: null })
  })

  it('begins anew with another file that is chosen in its place', () => {
    const changed: UploadEvent = { kind: 'refused', id: 1, code: 'file_changed', message: '', detail: {} }
    const again = row(added(1), changed, { kind: 'chosen', id: 1, name: 'ep1 mended.mp4', size: 7 })
    expect(again).toMatchObject({ id: 1, show: 's', name: 'ep1 mended.mp4', size: 7, sent: 0, state: 'waiting', error: null })
  })

  it('stops where it is and goes on from there', () => {
    const half: UploadEvent[] = [added(1), { kind: 'started', id: 1, at: 0 }, { kind: 'sent', id: 1, sent: 500, at: 1000 }]
    const late: UploadEvent = { kind: 'refused', id: 1, code: 'unreachable', message: '', detail: {} }
    expect(row(...half, { kind: 'paused', id: 1 }, late)).toMatchObject({ state: 'paused', sent: 500, rate: null })
    expect(row(...half, { kind: 'paused', id: 1 }, { kind: 'again', id: 1 })).toMatchObject({ state: 'waiting', sent: 500 })
  })

  it('does not count as speed what the server had already', () => {
    const going = row(
      added(1, 10_000_000),
      { kind: 'started', id: 1, at: 0 },
      { kind: 'started', id: 1, at: 100, sent: 9_000_000 },
      { kind: 'sent', id: 1, sent: 9_500_000, at: 1100 },
    )
    expect(going.rate).toBeCloseTo(500_000)
  })

  it('is taken after all when a duplicate is kept on purpose', () => {
    const twin: UploadEvent = { kind: 'refused', id: 1, upload: 'u', code: 'duplicate', message: '', detail: { clip: 'c9' } }
    expect(row(added(1), twin)).toMatchObject({ state: 'duplicate', upload: 'u' })
    expect(row(added(1), twin, { kind: 'taken', id: 1, clip: 'c2' })).toMatchObject({ state: 'taken', clip: 'c2', error: null })
  })

  it('tells a file that did not arrive from one that was not stored', () => {
    const refused = (sent: number, code: string) =>
      row(added(1), { kind: 'sent', id: 1, sent, at: 9 }, { kind: 'refused', id: 1, code, message: '', detail: {} })
    expect(hasArrived(refused(1000, 'store_down'))).toBe(true)
    expect([refused(999, 'quota'), refused(1000, 'unreachable')].map(hasArrived)).toEqual([false, false])
  })

  it('stays cancelled when the connection reports its end afterwards', () => {
    const late: UploadEvent = { kind: 'refused', id: 1, code: 'unreachable', message: '', detail: {} }
    expect(row(added(1), { kind: 'cancelled', id: 1 }, late).state).toBe('cancelled')
  })
})

describe('several uploads', () => {
  it('sends two at once, in order', () => {
    const rows = after(added(1), added(2), added(3))
    expect(dueRows(rows).map((one) => one.id)).toEqual([1, 2])
    const later = [{ kind: 'started', id: 1, at: 0 }, { kind: 'started', id: 2, at: 0 }] as UploadEvent[]
    expect(dueRows(later.reduce(happened, rows))).toEqual([])
  })

  it('clears only what it is told to', () => {
    expect(after(added(1), added(2), { kind: 'removed', ids: [1] }).map((one) => one.id)).toEqual([2])
  })
})
