import { expect, it } from 'vitest'
import { readingOf, writingOf } from './madeOf'

it('takes the colour of a clip apart', () => {
  expect(readingOf('bt601 full (assumed)')).toEqual({ matrix: 'BT.601', range: 'full', assumed: true, transfer: '' })
  expect(readingOf('bt2020 limited pq')).toEqual({ matrix: 'BT.2020', range: 'limited', assumed: false, transfer: 'PQ' })
  expect(readingOf('smpte240m limited')?.matrix).toBe('SMPTE 240M')
  expect(readingOf('something new')).toBeNull()
})

it('takes apart what wrote the frames', () => {
  expect(writingOf('simplejpeg 1.9.0 q95 4:2:0 from planes')).toEqual({ kind: 'JPEG q95 4:2:0', planes: true, of: '', by: 'simplejpeg 1.9.0' })
  expect(writingOf('opencv 4.12.0 png level 1 of tiff')).toEqual({ kind: 'PNG', planes: false, of: 'TIFF', by: 'opencv 4.12.0' })
  expect(writingOf('opencv 4.12.0 png level 1 bob tff')?.of).toBe('')
  expect(writingOf('original')).toBeNull()
})
