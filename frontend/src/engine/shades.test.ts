import { describe, expect, it } from 'vitest'
import { emptyPlane, type Plane } from './planes'
import { differ, HEAT, look, rgba, TRIMAP, union } from './shades'

function plane(...data: number[]): Plane {
  return { width: data.length, height: 1, data: Uint8Array.from(data) }
}

const whole = { left: 0, top: 0, right: 3, bottom: 1 }

describe('what a value looks like', () => {
  it('is nothing, unknown or all in a trimap', () => {
    const pixels = new Uint32Array(4)
    look(pixels, plane(0, 1, 254, 255), TRIMAP, { ...whole, right: 4 })
    expect([...pixels]).toEqual([rgba(0, 0, 0), rgba(128, 128, 128), rgba(128, 128, 128), rgba(255, 255, 255)])
  })

  it('gets ever brighter in the heat', () => {
    const light = [...HEAT].map((value) => (value & 255) * 2 + ((value >> 8) & 255) * 7 + ((value >> 16) & 255))
    expect(light.every((value, place) => place === 0 || value >= light[place - 1]!)).toBe(true)
    expect([HEAT[0], HEAT[255]]).toEqual([rgba(0, 0, 0), rgba(255, 255, 217)])
  })

  it('is red where lost, blue where gained, grey where equal', () => {
    const pixels = new Uint32Array(4)
    differ(pixels, plane(255, 0, 255, 0), plane(0, 255, 255, 0), { ...whole, right: 4 })
    expect([...pixels]).toEqual([rgba(0xf2, 0x7e, 0x76), rgba(0x6c, 0xa8, 0xf2), rgba(89, 89, 89), rgba(0, 0, 0, 184)])
  })

  it('is left alone outside the box', () => {
    const pixels = new Uint32Array(3)
    look(pixels, plane(255, 255, 255), TRIMAP, { ...whole, left: 1, right: 2 })
    expect([...pixels]).toEqual([0, rgba(255, 255, 255), 0])
  })
})

describe('several planes', () => {
  it('are as the greatest of them', () => {
    expect([...union([plane(0, 9, 255), plane(7, 3, 0)], plane(99, 99, 99), whole).data]).toEqual([7, 9, 255])
    expect([...union([], plane(99, 99, 99), whole).data]).toEqual([0, 0, 0])
  })

  it('change nothing of themselves', () => {
    const [one, into] = [plane(1, 2, 3), emptyPlane(3, 1)]
    expect(union([one], into, whole)).toBe(one)
    union([one, plane(9, 9, 9)], into, whole)
    expect([...one.data]).toEqual([1, 2, 3])
  })
})
