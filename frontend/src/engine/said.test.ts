import { describe, expect, it } from 'vitest'
import { boxBetween, isOutline, stepped, thinned, type Place } from './said'

describe('a line drawn by hand', () => {
  it('goes on where the hand has moved, and stays within the picture', () => {
    const places: Place[] = [[10, 10]]
    expect(stepped(places, { x: 11, y: 10 }, 1, 100, 50)).toBe(places)
    expect(stepped(places, { x: 11, y: 10 }, 4, 100, 50)).toEqual([[10, 10], [11, 10]]) // prettier-ignore
    expect(stepped(places, { x: 140, y: -9 }, 1, 100, 50)).toEqual([[10, 10], [100, 0]]) // prettier-ignore
  })

  it('of very many places keeps some, both ends among them', () => {
    const places = Array.from({ length: 5001 }, (_, x): Place => [x, 0])
    const some = thinned(places)
    expect([some.length, some[0], some.at(-1)]).toEqual([1000, [0, 0], [5000, 0]])
    expect(thinned(some)).toBe(some)
  })

  it('goes round something only where a pixel lies within', () => {
    expect(isOutline([[0, 0], [9, 0], [9, 9]])).toBe(true) // prettier-ignore
    expect(isOutline([[0, 0], [9, 9], [18, 18]])).toBe(false) // prettier-ignore
    expect(isOutline([])).toBe(false)
  })
})

it('a box holds a pixel at least', () => {
  expect(boxBetween({ x: 9, y: 4 }, { x: 2, y: 1 }, 20, 20)).toEqual({ left: 2, top: 1, right: 9, bottom: 4 })
  expect(boxBetween({ x: 9, y: 4 }, { x: 9, y: 1 }, 20, 20)).toBeNull()
})
