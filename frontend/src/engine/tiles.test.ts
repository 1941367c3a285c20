import { describe, expect, it } from 'vitest'
import { copyPlane, emptyPlane, type Plane } from './planes'
import { Random } from './testing/random'
import { changedTiles, mergeTiles, readTile, sameBytes, sameTile, tileBox, tileKey, tilePlace, tilesOf, writeTile } from './tiles'

const WHOLE = { left: 0, top: 0, right: 300, bottom: 200 }

function dotted(plane: Plane, dots: [x: number, y: number, alpha: number][]): Plane {
  const copy = copyPlane(plane)
  for (const [x, y, alpha] of dots) copy.data[y * copy.width + x] = alpha
  return copy
}

describe('tiles', () => {
  it('cover the plane once, smaller at its right and lower border', () => {
    const plane = emptyPlane(300, 200)
    const keys = tilesOf(plane, WHOLE)
    const seen = new Uint8Array(300 * 200)
    for (const key of keys) {
      const { left, top, right, bottom } = tileBox(plane, key)
      for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) seen[y * 300 + x]!++
    }
    expect(seen.every((times) => times === 1)).toBe(true)
    expect(tileBox(plane, tileKey(plane, 2, 1))).toEqual({ left: 256, top: 128, right: 300, bottom: 200 })
    expect(keys.map((key) => tilePlace(plane, key))).toEqual([[0, 0], [1, 0], [2, 0], [0, 1], [1, 1], [2, 1]])
  })

  it('carry a plane over to another, whole', () => {
    const random = new Random(5)
    const from = emptyPlane(300, 200)
    for (let i = 0; i < from.data.length; i++) from.data[i] = random.whole(0, 255)
    const to = emptyPlane(300, 200)
    for (const key of tilesOf(from, WHOLE)) writeTile(to, key, readTile(from, key))
    expect(sameBytes(from.data, to.data)).toBe(true)
    expect(() => writeTile(to, 2, new Uint8Array(128 * 128))).toThrow(RangeError)
  })

  it('are changed where a single pixel is, in the last corner too', () => {
    const base = emptyPlane(300, 200)
    expect(changedTiles(base, dotted(base, [[0, 0, 1], [299, 199, 1]]))).toEqual([0, 5])
    expect(changedTiles(base, copyPlane(base))).toEqual([])
  })
})

describe('two states that grew from one', () => {
  const base = dotted(emptyPlane(300, 200), [[5, 5, 100], [200, 5, 100], [5, 150, 100]])

  it('join by themselves where they touch different tiles', () => {
    const mine = dotted(base, [[5, 5, 255]])
    const theirs = dotted(base, [[200, 5, 0]])
    const { merged, both } = mergeTiles(base, mine, theirs)
    expect(both).toEqual([])
    expect(sameBytes(merged.data, dotted(base, [[5, 5, 255], [200, 5, 0]]).data)).toBe(true)
  })

  it('do not quarrel over a tile that both changed to the same', () => {
    const mine = dotted(base, [[5, 5, 255]])
    expect(mergeTiles(base, mine, copyPlane(mine)).both).toEqual([])
  })

  it('leave to a person the tiles that both changed differently, and only those', () => {
    const mine = dotted(base, [[5, 5, 255], [200, 5, 9], [5, 150, 1]])
    const theirs = dotted(base, [[6, 6, 255], [299, 199, 9], [5, 150, 1]])
    const { merged, both } = mergeTiles(base, mine, theirs)
    expect(both).toEqual([0])
    expect(sameTile(merged, theirs, 0)).toBe(true)
    expect(sameTile(merged, mine, 1)).toBe(true)
    expect(sameTile(merged, theirs, 5)).toBe(true)
  })

  it('come out the same whoever was first, wherever no tile is disputed', () => {
    const random = new Random(6)
    for (let round = 0; round < 30; round++) {
      const dots = () => Array.from({ length: 2 }, () => [random.whole(0, 299), random.whole(0, 199), random.whole(0, 255)] as [number, number, number])
      const [mine, theirs] = [dotted(base, dots()), dotted(base, dots())]
      const [one, other] = [mergeTiles(base, mine, theirs), mergeTiles(base, theirs, mine)]
      expect(one.both).toEqual(other.both)
      for (const key of tilesOf(base, WHOLE))
        if (!one.both.includes(key)) expect(sameTile(one.merged, other.merged, key)).toBe(true)
    }
  })
})
