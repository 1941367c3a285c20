import { describe, expect, it } from 'vitest'
import { counted, ends, notice } from './watching'

describe('a watched place', () => {
  it('keeps the end of a long name, whatever it is written in', () => {
    const name = 'dailies/2026-11-28/长安十二时辰 第十二集 机位 B 第 007 条.mp4'
    const [head, tail] = ends(name)
    expect(head + tail).toBe(name)
    expect(tail.endsWith('第 007 条.mp4')).toBe(true)
    expect(ends('a.mp4')).toEqual(['', 'a.mp4'])
  })

  it('counts what is there, failures last', () => {
    expect(counted({ counts: { refused: 1, taken: 3, before: 2, failed: 1 } }).map(({ state }) => state)).toEqual(['taken', 'before', 'failed', 'refused'])
  })

  it('says what stands in its way, and where nothing lies', () => {
    const watch = { place: 's3://films/dya 1', fault_code: '', found: 0 }
    expect(notice(watch)).toBe('empty_prefix')
    expect(notice({ ...watch, place: '/srv/dailies' })).toBe('empty')
    expect(notice({ ...watch, found: 3 })).toBeNull()
    expect(notice({ ...watch, found: null })).toBeNull()
    expect(notice({ ...watch, found: 3, fault_code: 'source_gone' })).toBe('source_gone')
    expect(notice({ ...watch, fault_code: 'store_down' })).toBe('other')
  })
})
