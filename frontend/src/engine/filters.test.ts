import { describe, expect, it } from 'vitest'
import { denoise, filterTable, isUnfiltered, relight, UNFILTERED } from './filters'
import { rgba } from './shades'
import { Random } from './testing/random'

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
    relight(pixels, Uint32Array.of(rgba(10, 20, 30), rgba(1, 2, 200)), filterTable({ ...UNFILTERED, brightness: 1 }))
    expect([...pixels]).toEqual([rgba(20, 40, 60), rgba(2, 4, 255)])
  })
})

describe('denoising', () => {
  const [WIDTH, HEIGHT] = [40, 20]
  const random = new Random(3)
  const grain = () => random.whole(-6, 6)
  const image = Uint32Array.from({ length: WIDTH * HEIGHT }, (_, at) => (at % WIDTH < 20 ? rgba(60 + grain(), 60 + grain(), 60 + grain()) : rgba(200 + grain(), 200 + grain(), 200 + grain())))
  const inner = [...image.keys()].filter((at) => at % WIDTH > 0 && at % WIDTH < WIDTH - 1 && at >= WIDTH && at < WIDTH * (HEIGHT - 1))
  const error = (of: Uint32Array, shift: number) => inner.reduce((sum, at) => sum + Math.abs(((of[at]! >> shift) & 255) - (at % WIDTH < 20 ? 60 : 200)), 0)

  it('takes grain away and leaves the edge', () => {
    const smooth = denoise(image, WIDTH, HEIGHT)
    for (const shift of [0, 8, 16]) expect(error(smooth, shift)).toBeLessThan(error(image, shift) / 2)
  })

  it('leaves the picture that it was given', () => {
    const before = image.slice()
    denoise(image, WIDTH, HEIGHT)
    expect(image).toEqual(before)
  })
})
