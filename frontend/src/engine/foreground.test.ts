import { describe, expect, it } from 'vitest'
import { cutOut, REACH } from './foreground'
import { emptyPlane, type Plane } from './planes'
import { rgba } from './shades'

const SIZE = 160

/** A red disc with a soft edge on green, as a camera sees it. */
function scene(): { image: Uint32Array; matte: Plane } {
  const matte = emptyPlane(SIZE, SIZE)
  const image = new Uint32Array(SIZE * SIZE)
  for (let y = 0; y < SIZE; y++)
    for (let x = 0; x < SIZE; x++) {
      const share = Math.min(1, Math.max(0, (48 - Math.hypot(x - 80, y - 80)) / 12))
      matte.data[y * SIZE + x] = Math.round(share * 255)
      image[y * SIZE + x] = rgba(200 * share + 20 * (1 - share), 40 * share + 180 * (1 - share), 60)
    }
  return { image, matte }
}

const whole = { left: 0, top: 0, right: SIZE, bottom: SIZE }

function greenOf(pixel: number): number {
  return (pixel >> 8) & 255
}

describe('the foreground colour', () => {
  it('keeps the old background out of the band', () => {
    const { image, matte } = scene()
    const pixels = new Uint32Array(SIZE * SIZE)
    cutOut(pixels, image, matte, whole)
    const band = [...matte.data.keys()].filter((at) => matte.data[at]! > 25 && matte.data[at]! < 230)
    const error = (of: Uint32Array) => band.reduce((sum, at) => sum + (Math.abs(greenOf(of[at]!) - 40) * matte.data[at]!) / 255, 0) / band.length
    expect(error(image)).toBeGreaterThan(20)
    expect(error(pixels)).toBeLessThan(error(image) / 6)
  })

  it('is the picture itself where nothing shines through, and nothing outside', () => {
    const { image, matte } = scene()
    const pixels = new Uint32Array(SIZE * SIZE).fill(7)
    cutOut(pixels, image, matte, whole)
    expect([pixels[80 * SIZE + 80], pixels[0]]).toEqual([image[80 * SIZE + 80], 0])
  })

  it('has the matte as its opacity', () => {
    const { image, matte } = scene()
    const pixels = new Uint32Array(SIZE * SIZE)
    cutOut(pixels, image, matte, whole)
    expect([...pixels].every((pixel, at) => pixel >>> 24 === matte.data[at])).toBe(true)
  })

  it('is the same made in parts as made at once', () => {
    const { image, matte } = scene()
    const [once, parts] = [new Uint32Array(SIZE * SIZE), new Uint32Array(SIZE * SIZE)]
    cutOut(once, image, matte, whole)
    for (const [left, right] of [[0, 53], [53, 101], [101, SIZE]] as const) cutOut(parts, image, matte, { ...whole, left, right })
    expect(parts).toEqual(once)
  })

  it('changes no further away than it says', () => {
    const { image, matte } = scene()
    const [before, after] = [new Uint32Array(SIZE * SIZE), new Uint32Array(SIZE * SIZE)]
    cutOut(before, image, matte, whole)
    matte.data.fill(128, 80 * SIZE, 80 * SIZE + 3)
    cutOut(after, image, matte, whole)
    const far = [...after.keys()].filter((at) => Math.max((at % SIZE) - 2, Math.abs(Math.floor(at / SIZE) - 80)) > REACH)
    expect(far.filter((at) => before[at] !== after[at])).toEqual([])
  })

  it('leaves alone what has no sure colour anywhere near', () => {
    const matte = emptyPlane(SIZE, SIZE)
    matte.data[80 * SIZE + 80] = 60
    const image = new Uint32Array(SIZE * SIZE).fill(rgba(1, 2, 3))
    const pixels = new Uint32Array(SIZE * SIZE)
    cutOut(pixels, image, matte, whole)
    expect(pixels[80 * SIZE + 80]).toBe(rgba(1, 2, 3, 60))
  })
})
