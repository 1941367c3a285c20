import { describe, expect, it } from 'vitest'
import { filterTable, isUnfiltered, relight, UNFILTERED } from './filters'
import { rgba } from './shades'

describe('the light of the picture', () => {
  it('is as it is until something is set', () => {
    expect([...filterTable(UNFILTERED)]).toEqual(Array.from({ length: 256 }, (_, value) => value))
    expect([isUnfiltered(UNFILTERED), isUnfiltered({ ...UNFILTERED, log: true })]).toEqual([true, false])
  })

  it('goes up by stops and stays in range', () => {
    const table = filterTable({ ...UNFILTERED, brightness: 1 })
    expect([table[0], table[60], table[200]]).toEqual([0, 120, 255])
  })

  it('spreads round the middle by contrast', () => {
    const table = filterTable({ ...UNFILTERED, contrast: 2 })
    expect([table[32]! < 32, table[128]! - 128 <= 1, table[220]! > 220]).toEqual([true, true, true])
  })

  it('opens the shadows by gamma and more by the log view', () => {
    const [gamma, log] = [filterTable({ ...UNFILTERED, gamma: 2.2 }), filterTable({ ...UNFILTERED, log: true })]
    expect([gamma[8]! > 40, log[8]! > 60, gamma[255], log[255]]).toEqual([true, true, 255, 255])
  })

  it('changes each colour and no opacity', () => {
    const pixels = new Uint32Array(2)
    relight(pixels, Uint32Array.of(rgba(10, 20, 30), rgba(10, 20, 30)), filterTable({ ...UNFILTERED, brightness: 1 }), 0, 1)
    expect([pixels[0], pixels[1]]).toEqual([rgba(20, 40, 60), 0])
  })
})
