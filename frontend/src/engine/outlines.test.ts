import { describe, expect, it } from 'vitest'
import { Layer } from './layers'
import { withOutline } from './outlines'
import { address, copyPlane, emptyPlane, type Plane } from './planes'
import type { Place } from './said'
import { Random } from './testing/random'
import { expectEachStateBack } from './testing/turning'
import { sameBytes } from './tiles'

const at = (plane: Plane, x: number, y: number) => plane.data[y * plane.width + x]!
const area = (plane: Plane) => plane.data.reduce((sum, alpha) => sum + alpha / 255, 0)

describe('what a closed line holds', () => {
  it('is full inside, nothing outside, and on the edge the share of the pixel', () => {
    const plane = withOutline(emptyPlane(20, 20), [[2.5, 3], [10.25, 3], [10.25, 8.5], [2.5, 8.5]], true)
    expect([at(plane, 5, 5), at(plane, 2, 5), at(plane, 10, 5), at(plane, 5, 8), at(plane, 1, 5), at(plane, 5, 2)]).toEqual([255, 128, 64, 128, 0, 0])
  })

  it('has the area of the polygon', () => {
    const plane = withOutline(emptyPlane(60, 60), [[5, 50], [30.3, 4.7], [55.1, 41]], true)
    const twice = (30.3 - 5) * (41 - 50) - (55.1 - 5) * (4.7 - 50)
    expect(Math.abs(area(plane) - Math.abs(twice) / 2)).toBeLessThan(2)
  })

  it('does not depend on the way round nor on where one begins', () => {
    const places: Place[] = [[5, 50], [30.3, 4.7], [55.1, 41], [20, 30]]
    const one = withOutline(emptyPlane(60, 60), places, true)
    const other = withOutline(emptyPlane(60, 60), [...places.slice(2), ...places.slice(0, 2)].reverse(), true)
    expect(sameBytes(one.data, other.data)).toBe(true)
  })

  it('has no hole where a hand went round twice', () => {
    const round: Place[] = [[5, 5], [30, 5], [30, 30], [5, 30]]
    const plane = withOutline(emptyPlane(40, 40), [...round, ...round], true)
    expect([at(plane, 15, 15), area(plane)]).toEqual([255, 625])
  })

  it('is cut at the border of the picture', () => {
    expect(area(withOutline(emptyPlane(20, 10), [[-5, -5], [40, -5], [40, 40], [-5, 40]], true))).toBe(200)
    expect(area(withOutline(emptyPlane(20, 10), [[30, 2], [40, 2], [40, 8]], true))).toBe(0)
  })

  it('is taken away as it is added, and leaves the plane that it was given', () => {
    const full = emptyPlane(20, 20)
    full.data.fill(200)
    const plane = withOutline(full, [[2.5, 3], [10, 3], [10, 8], [2.5, 8]], false)
    expect([at(plane, 5, 5), at(plane, 2, 5), at(plane, 1, 5), at(full, 5, 5)]).toEqual([0, 100, 200, 200])
  })

  it('is the same bytes on every machine', async () => {
    const plane = withOutline(emptyPlane(300, 200), [[10.25, 20.5], [180.75, 140.125], [299, 3], [44, 199.5]], true)
    expect(await address(plane)).toBe('2b1e413d1fed0aa01c4343ed195a2517f7cafd81b834b871fa239c9c0c66b7d0')
  })
})

describe('outlines drawn, undone and done again', () => {
  it('give back every state bit for bit', () => {
    const random = new Random(12)
    for (let round = 0; round < 10; round++) {
      const layer = new Layer(260, 150, null, 'unknown')
      const states = [copyPlane(layer.plane)]
      for (let i = 0; i < 6; i++) {
        const places = Array.from({ length: random.whole(3, 9) }, (): Place => [random.between(-20, 280), random.between(-20, 170)])
        if (layer.replace(withOutline(layer.plane, places, random.next() < 0.6), 'polygon')) states.push(copyPlane(layer.plane))
      }
      expectEachStateBack(layer, states)
    }
  })
})
