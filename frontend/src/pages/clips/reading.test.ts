import { describe, expect, it } from 'vitest'
import { toSend, wrongFields, type Wanted } from './reading'

const wanted: Wanted = { frames: 'jpeg', quality: 95, fields: 'refuse', picture_rate: '25' }

describe('a choice of how clips are read', () => {
  it('takes whole, decimal and broken rates', () => {
    for (const picture_rate of ['25', '23.976', '24000/1001', ' 12 ']) expect(wrongFields({ ...wanted, picture_rate })).toEqual([])
  })

  it('names the field that is wrong', () => {
    for (const picture_rate of ['', 'fast', '0', '25/0', '2000', '-5']) expect(wrongFields({ ...wanted, picture_rate })).toEqual(['picture_rate'])
    for (const quality of ['', 0, 101, 9.5]) expect(wrongFields({ ...wanted, quality })).toEqual(['quality'])
  })

  it('does not ask for a quality where PNG has none', () => {
    expect(wrongFields({ ...wanted, frames: 'png', quality: '' })).toEqual([])
    expect(toSend({ ...wanted, frames: 'png', quality: '' })).not.toHaveProperty('quality')
    expect(toSend(wanted)).toEqual(wanted)
  })
})
