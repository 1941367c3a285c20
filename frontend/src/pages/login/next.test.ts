import { expect, it } from 'vitest'
import { safeNext } from './next'

it('leads back to the page that was asked for', () => {
  expect(safeNext('/edit/abc?task=1&frame=2')).toBe('/edit/abc?task=1&frame=2')
  expect(safeNext(null)).toBe('/')
})

it('never leads to another site', () => {
  for (const bad of ['https://evil.example', '//evil.example', '/\\evil.example', '/\t/evil.example', 'javascript:alert(1)', '']) {
    expect(safeNext(bad), bad).toBe('/')
  }
})
