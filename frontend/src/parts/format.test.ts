import { describe, expect, it } from 'vitest'
import { bytes, count, duration, frameRate, fullTime, moment, percent, range, seconds, shotNumber, timecode } from './format'

describe('numbers', () => {
  it('groups thousands in frames and counts', () => {
    expect(count(1691)).toBe('1,691')
    expect(range(1219, 1229)).toBe('1,219–1,229')
    expect(range(7, 7)).toBe('7')
    expect(shotNumber(17)).toBe('017')
    expect(shotNumber(1204)).toBe('1204')
  })

  it('writes percent with one decimal under ten only', () => {
    expect([0, 0.0004, 0.098, 0.0996, 0.38, 1].map(percent)).toEqual(['0%', '<0.1%', '9.8%', '10%', '38%', '100%'])
  })

  it('never says 100 % while something is left', () => {
    expect(percent(0.9996)).toBe('99.9%')
  })

  it('writes bytes in decimal units', () => {
    expect([0, 999, 1500, 312e6, 1.31e9, 41.2e9, 999_600].map(bytes)).toEqual([
      '0 B', '999 B', '1.5 kB', '312 MB', '1.31 GB', '41.2 GB', '1 MB',
    ])
  })
})

describe('time', () => {
  it('says durations in the words of the language', () => {
    expect([4, 95, 126, 240, 3720, 6120].map((s) => duration(s, 'zh-CN'))).toEqual([
      '4 秒', '95 秒', '2 分 06 秒', '4 分', '1 时 2 分', '1 时 42 分',
    ])
    expect([0, 0.02, 2.42, 9.97].map((s) => duration(s, 'zh-CN'))).toEqual(['0 秒', '0.1 秒', '2.4 秒', '10 秒'])
    expect(duration(6120, 'en')).toBe('1 h 42 min')
    expect(duration(66, 'en')).toBe('66 s')
  })

  it('counts timecode non-drop at the own rate', () => {
    expect(timecode(0, [24, 1])).toBe('00:00:00:00')
    expect(timecode(1224, [24, 1])).toBe('00:00:51:00')
    expect(timecode(1799, [30000, 1001])).toBe('00:00:59:29')
    expect(timecode(86_399, [24, 1])).toBe('00:59:59:23')
  })

  it('names rates as people know them', () => {
    expect([[24, 1], [24000, 1001], [30000, 1001]].map(frameRate)).toEqual(['24', '23.976', '29.97'])
    expect(seconds(12.3456, 'zh-CN')).toBe('12.346 秒')
  })

  it('dates near things by day and far things in full', () => {
    const now = new Date(2026, 10, 23, 14, 30)
    const at = (...parts: [number, number, number, number, number]) => new Date(...parts).toISOString()
    expect(moment(at(2026, 10, 23, 14, 28), 'zh-CN', now)).toBe('2 分钟前')
    expect(moment(at(2026, 10, 23, 11, 2), 'zh-CN', now)).toBe('今天 11:02')
    expect(moment(at(2026, 10, 22, 23, 59), 'en', now)).toBe('yesterday')
    expect(moment(at(2026, 10, 20, 9, 0), 'zh-CN', now)).toBe('11 月 20 日')
    expect(moment(at(2026, 10, 20, 9, 0), 'en', now)).toBe('20 Nov')
    expect(moment(at(2025, 10, 20, 9, 0), 'en', now)).toBe('2025-11-20')
  })

  it('keeps the zone in the full form', () => {
    expect(fullTime('2026-11-23T11:02:03Z')).toMatch(/^2026-11-2[34] \d\d:\d\d:03 UTC[+−]\d\d:\d\d$/)
  })
})
