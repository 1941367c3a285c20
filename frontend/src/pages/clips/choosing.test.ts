import { expect, it } from 'vitest'
import { toggled } from './choosing'

it('ticks one, all, and takes all back', () => {
  expect([...toggled(new Set(), ['a'])]).toEqual(['a'])
  expect([...toggled(new Set(['a']), ['a', 'b'])]).toEqual(['a', 'b'])
  expect([...toggled(new Set(['a', 'b', 'z']), ['a', 'b'])]).toEqual(['z'])
})
