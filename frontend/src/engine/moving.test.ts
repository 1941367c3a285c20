import { describe, expect, it } from 'vitest'
import { Layer } from './layers'
import { moved } from './moving'
import { copyPlane, emptyPlane, type Plane } from './planes'
import { Random } from './testing/random'
import { sameBytes } from './tiles'

function noise(random: Random, width: number, height: number): Plane {
  const plane = emptyPlane(width, height)
  return { ...plane, data: plane.data.map(() => random.whole(0, 255)) }
}

describe('a matte moved', () => {
  it('has each pixel where it was moved to, and nothing where none came from', () => {
    const random = new Random(41)
    for (let round = 0; round < 20; round++) {
      const plane = noise(random, 30, 20)
      const [dx, dy] = [random.whole(-35, 35), random.whole(-25, 25)]
      const out = moved(plane, dx, dy)
      out.data.forEach((alpha, at) => {
        const [x, y] = [(at % 30) - dx, Math.floor(at / 30) - dy]
        const there = x >= 0 && y >= 0 && x < 30 && y < 20
        expect(alpha).toBe(there ? plane.data[y * 30 + x] : 0)
      })
    }
  })

  it('is one step, though it was shown in many places on its way', () => {
    const random = new Random(42)
    const from = noise(random, 200, 150)
    const layer = new Layer(200, 150, 'r1', 'present', from)
    for (let dx = 1; dx <= 9; dx++) layer.try(moved(from, dx, -dx))
    expect(layer.settle('move')).toBe(true)
    const there = copyPlane(layer.plane)
    layer.undo()
    expect([sameBytes(layer.plane.data, from.data), layer.history.canUndo]).toEqual([true, false])
    layer.redo()
    expect(sameBytes(layer.plane.data, there.data) && sameBytes(there.data, moved(from, 9, -9).data)).toBe(true)
  })
})
