import { expect, it } from 'vitest'
import { termOf } from './terms'

const right = (starts: string | null, expires: string | null, withdrawn_at: string | null = null) => ({ starts, expires, withdrawn_at })

it('knows a right in force from one that ended, begins later or was withdrawn', () => {
  const day = '2026-11-28'
  expect(termOf(right(null, null), day)).toBe('now')
  expect(termOf(right('2026-11-28', '2026-11-28'), day)).toBe('now')
  expect(termOf(right(null, '2026-11-27'), day)).toBe('ended')
  expect(termOf(right('2026-11-29', null), day)).toBe('later')
  expect(termOf(right(null, '2026-11-27', '2026-11-01T00:00:00Z'), day)).toBe('withdrawn')
})
