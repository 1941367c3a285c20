import { expect, it } from 'vitest'
import { measured } from './jobs'

it('writes bytes as sizes, and counts all else in its own words', () => {
  expect(measured([152_717], 'bytes', 'bytes')).toBe('153 kB')
  expect(measured([1_500_000, 2_110_000_000], 'bytes')).toBe('1.5 MB / 2.11 GB')
  expect(measured([20_412, 32_940], 'frames', 'frames')).toBe('20,412 / 32,940 frames')
  expect(measured([3, 4], '')).toBe('3 / 4')
})
