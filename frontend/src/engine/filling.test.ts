import { describe, expect, it } from 'vitest'
import { withoutHoles, withoutHolesAt, withRegion } from './filling'
import { Layer } from './layers'
import { withOutline } from './outlines'
import { copyPlane, emptyPlane, type Plane } from './planes'
import type { Place } from './said'
import { Stroke } from './stroke'
import { Random } from './testing/random'
import { expectEachStateBack } from './testing/turning'
import { sameBytes } from './tiles'

const at = (plane: Plane, x: number, y: number) => plane.data[y * plane.width + x]!
const area = (plane: Plane) => plane.data.reduce((sum, alpha) => sum + alpha / 255, 0)

/** A closed line painted softly round (60, 60), radius 30. */
function ring(opacity = 1): Plane {
  const plane = emptyPlane(120, 120)
  const stroke = new Stroke(plane, { size: 14, hardness: 0.3, opacity, mode: 'add' })
  for (let turn = 0; turn <= 64; turn++) stroke.to(60 + 30 * Math.cos((turn * Math.PI) / 32), 60 + 30 * Math.sin((turn * Math.PI) / 32))
  return plane
}

function boxes(...all: [number, number, number, number, boolean][]): Plane {
  const corners = (left: number, top: number, right: number, bottom: number): Place[] => [[left, top], [right, top], [right, bottom], [left, bottom]]
  return all.reduce((plane, [left, top, right, bottom, inside]) => withOutline(plane, corners(left, top, right, bottom), inside), emptyPlane(100, 60))
}

describe('a region', () => {
  it('is filled up to the line round it, without a seam, and the outer edge stays', () => {
    const before = ring()
    const plane = withRegion(before, 60, 60, true, 32)
    for (let x = 60; x <= 90; x++) expect(at(plane, x, 60)).toBe(255)
    for (let x = 91; x < 120; x++) expect(at(plane, x, 60)).toBe(at(before, x, 60))
  })

  it('ends where a half transparent line has its top, which stays half transparent', () => {
    const before = ring(0.5)
    const plane = withRegion(before, 60, 60, true, 32)
    expect([at(plane, 60, 60), at(plane, 90, 60), at(plane, 100, 60)]).toEqual([255, 128, 0])
  })

  it('is taken away with its soft edge', () => {
    const plane = withRegion(ring(), 90, 60, false, 32)
    expect(area(plane)).toBe(0)
  })

  it('is only what is of like alpha', () => {
    const plane = emptyPlane(9, 1)
    plane.data.set([100, 110, 90, 131, 132, 100, 255, 0, 100])
    expect([...withRegion(plane, 0, 0, true, 31).data.slice(5)]).toEqual([100, 255, 0, 100])
    expect(withRegion(plane, 0, 0, true, 31).data[3]).toBe(255)
  })

  it('does not slip through between two pixels that touch by a corner', () => {
    const plane = emptyPlane(4, 4)
    plane.data.set([0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 0, 0, 0, 0, 0])
    const filled = withRegion(plane, 0, 0, true, 0)
    expect([at(filled, 1, 0), at(filled, 0, 1), at(filled, 3, 3)]).toEqual([255, 255, 0])
  })
})

describe('holes', () => {
  const two = boxes([5, 5, 45, 55, true], [12, 12, 20, 20, false], [25, 30, 40, 50, false], [55, 5, 95, 55, true], [60, 10, 90, 50, false])

  it('are filled of the piece that is clicked, and of no other', () => {
    const plane = withoutHolesAt(two, 8, 8)
    expect([at(plane, 15, 15), at(plane, 30, 40), at(plane, 75, 30)]).toEqual([255, 255, 0])
  })

  it('are filled alone where the click is in one', () => {
    const plane = withoutHolesAt(two, 15, 15)
    expect([at(plane, 15, 15), at(plane, 30, 40)]).toEqual([255, 0])
  })

  it('are filled everywhere when all are meant', () => {
    expect(area(withoutHoles(two))).toBe(4000)
    expect(area(withoutHoles(ring()))).toBeGreaterThan(Math.PI * 900)
  })

  it('take along what lies in them', () => {
    const plane = withoutHolesAt(withOutline(two, [[70, 20], [80, 20], [80, 30]], true), 57, 30)
    expect(area(plane)).toBe(4000 - 64 - 300)
  })

  it('are none where the border of the picture is open', () => {
    const open = boxes([5, 5, 45, 60, true], [12, 12, 20, 60, false])
    expect([withoutHolesAt(open, 8, 8), withoutHolesAt(open, 15, 15), withoutHolesAt(open, 80, 5), withoutHoles(open)].map((plane) => sameBytes(plane.data, open.data))).toEqual([true, true, true, true])
  })
})

describe('what was filled, undone and done again', () => {
  it('gives back every state bit for bit', () => {
    const random = new Random(21)
    for (let round = 0; round < 6; round++) {
      const layer = new Layer(150, 140, null, 'unknown')
      const states = [copyPlane(layer.plane)]
      const keep = (plane: Plane) => layer.replace(plane, 'fill') && states.push(copyPlane(layer.plane))
      for (let i = 0; i < 6; i++) {
        keep(withOutline(layer.plane, Array.from({ length: 7 }, (): Place => [random.between(0, 150), random.between(0, 140)]), random.next() < 0.7))
        const [x, y] = [random.whole(0, 149), random.whole(0, 139)]
        keep(random.next() < 0.5 ? withRegion(layer.plane, x, y, random.next() < 0.5, random.whole(0, 99)) : withoutHolesAt(layer.plane, x, y))
      }
      expectEachStateBack(layer, states)
    }
  })
})
