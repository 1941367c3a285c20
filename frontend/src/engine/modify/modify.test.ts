import { describe, expect, it } from 'vitest'
import { emptyPlane, type Plane } from '../planes'
import { Random } from '../testing/random'
import { isUnchanged, modified, UNCHANGED } from './modify'
import { blurred, grown } from './morphology'

const at = (plane: Plane, x: number, y: number) => plane.data[y * plane.width + x]!

function disc(size: number, radius: number, x = size / 2, y = size / 2): Plane {
  const plane = emptyPlane(size, size)
  for (let py = 0; py < size; py++)
    for (let px = 0; px < size; px++) {
      const away = radius - Math.sqrt((px + 0.5 - x) ** 2 + (py + 0.5 - y) ** 2)
      plane.data[py * size + px] = Math.min(255, Math.max(0, Math.round(255 * (away + 0.5))))
    }
  return plane
}

const areaOf = (plane: Plane) => plane.data.reduce((sum, alpha) => sum + alpha / 255, 0)

function noise(random: Random, width: number, height: number): Plane {
  const plane = emptyPlane(width, height)
  return { ...plane, data: plane.data.map(() => random.pick([0, 0, random.whole(1, 254), 255])) }
}

/** By the word of it: the highest within the disc, looked up place by place. */
function highest({ width, height, data }: Plane, radius: number): Uint8Array {
  return data.map((_, place) => {
    const [x, y] = [place % width, Math.floor(place / width)]
    let most = 0
    for (let dy = -radius; dy <= radius; dy++)
      for (let dx = -radius; dx <= radius; dx++) {
        const inside = dx * dx + dy * dy <= radius * radius + radius && x + dx >= 0 && x + dx < width && y + dy >= 0 && y + dy < height
        if (inside) most = Math.max(most, data[(y + dy) * width + x + dx]!)
      }
    return most
  })
}

describe('nothing to change', () => {
  it('changes nothing, in a raster of its own', () => {
    const plane = noise(new Random(1), 40, 30)
    const same = modified(plane, UNCHANGED)
    expect(same.data).toEqual(plane.data)
    expect(same.data).not.toBe(plane.data)
    expect(isUnchanged(UNCHANGED)).toBe(true)
    expect(isUnchanged({ ...UNCHANGED, grow: -0.25 })).toBe(false)
  })

  it('makes nothing of nobody', () => {
    const change = { black: 20, white: 200, islands: 5, holes: 5, smooth: 4, grow: 3, feather: 6 }
    expect(modified(emptyPlane(30, 20), change).data.some((alpha) => alpha > 0)).toBe(false)
  })
})

describe('growing', () => {
  it('is the highest within a disc', () => {
    const random = new Random(2)
    for (let round = 0; round < 12; round++) {
      const plane = noise(random, random.whole(1, 40), random.whole(1, 40))
      const radius = random.whole(0, 9)
      expect(grown(plane.data, plane.width, plane.height, radius)).toEqual(highest(plane, radius))
    }
  })

  it('moves an edge by as many pixels as it says, quarters too, and back', () => {
    const plane = disc(120, 30)
    for (const by of [-7, -2.5, -0.25, 0.25, 1, 4.75]) {
      const radius = Math.sqrt(areaOf(modified(plane, { ...UNCHANGED, grow: by })) / Math.PI)
      expect(Math.abs(radius - (30 + by))).toBeLessThan(0.6)
    }
    const back = modified(modified(plane, { ...UNCHANGED, grow: 6 }), { ...UNCHANGED, grow: -6 })
    expect(Math.abs(areaOf(back) - areaOf(plane)) / areaOf(plane)).toBeLessThan(0.01)
  })

  it('does not eat into somebody whom the frame cuts off', () => {
    const plane = disc(60, 20, 0, 30)
    expect(at(modified(plane, { ...UNCHANGED, grow: -5 }), 0, 30)).toBe(255)
  })
})

describe('islands and holes', () => {
  const plane = disc(120, 30)
  for (let y = 3; y < 7; y++) for (let x = 3; x < 7; x++) plane.data[y * 120 + x] = x === 3 || x === 6 ? 90 : 255
  for (let y = 58; y < 62; y++) for (let x = 58; x < 62; x++) plane.data[y * 120 + x] = 10

  it('of fewer pixels go, with what is soft round them, and larger ones stay', () => {
    const cleaned = modified(plane, { ...UNCHANGED, islands: 9 })
    expect(cleaned.data.subarray(0, 120 * 10).some((alpha) => alpha > 0)).toBe(false)
    expect(at(cleaned, 60, 40)).toBe(255)
    expect(at(cleaned, 60, 60)).toBe(10)
    expect(modified(plane, { ...UNCHANGED, islands: 8 }).data).toEqual(plane.data)
  })

  it('are filled where they are small, and the ground round about is none', () => {
    const whole = modified(plane, { ...UNCHANGED, holes: 17 })
    expect(at(whole, 60, 60)).toBe(255)
    expect(at(whole, 0, 60)).toBe(0)
    expect(at(modified(plane, { ...UNCHANGED, holes: 16 }), 60, 60)).toBe(10)
    const ring = disc(41, 20)
    for (let y = 15; y < 26; y++) for (let x = 15; x < 26; x++) ring.data[y * 41 + x] = 0
    expect(at(modified(ring, { ...UNCHANGED, holes: 1e6 }), 20, 20)).toBe(255)
  })
})

describe('levels', () => {
  it('make all of what is nearly all, and nothing of what is nearly nothing', () => {
    const plane = { width: 5, height: 1, data: Uint8Array.from([10, 20, 120, 220, 255]) }
    expect([...modified(plane, { ...UNCHANGED, black: 20, white: 220 }).data]).toEqual([0, 0, 128, 255, 255])
  })
})

describe('edges', () => {
  it('grow as wide as the feather says, in the place where they were', () => {
    const plane = emptyPlane(100, 9)
    for (let y = 0; y < 9; y++) plane.data.fill(255, y * 100, y * 100 + 50)
    const row = [...modified(plane, { ...UNCHANGED, feather: 12 }).data.subarray(400, 500)]
    expect(row).toEqual([...row].sort((a, b) => b - a))
    expect(Math.abs(row[49]! + row[50]! - 255)).toBeLessThan(3)
    const soft = row.filter((alpha) => alpha > 5 && alpha < 250).length
    expect(soft).toBeGreaterThan(14)
    expect(soft).toBeLessThan(30)
  })

  it('are evened out, not moved and not softened', () => {
    const plane = emptyPlane(100, 100)
    for (let y = 0; y < 100; y++) plane.data.fill(255, y * 100, y * 100 + 50 + (y % 4 < 2 ? 3 : -3))
    const even = modified(plane, { ...UNCHANGED, smooth: 16 })
    const reach = Array.from({ length: 60 }, (_, row) => even.data.subarray((row + 20) * 100, (row + 21) * 100).reduce((sum, alpha) => sum + alpha / 255, 0))
    expect(Math.max(...reach) - Math.min(...reach)).toBeLessThan(1)
    expect(Math.abs(reach[0]! - 50)).toBeLessThan(0.7)
    expect([...even.data.subarray(5000, 5100)].filter((alpha) => alpha > 5 && alpha < 250).length).toBeLessThan(6)
  })

  it('are blurred by the deviation that was asked for', () => {
    for (const deviation of [0.8, 2, 5.5]) {
      const line = new Uint8Array(201 * 3)
      line[201 + 100] = 255
      const found = blurred(line, 201, 3, deviation).subarray(201, 402)
      const sum = found.reduce((total, value) => total + value, 0)
      const variance = found.reduce((total, value, x) => total + value * (x - 100) ** 2, 0) / sum
      expect(Math.abs(Math.sqrt(variance) - deviation)).toBeLessThan(0.35)
    }
  })
})

it('a change is the same wherever in the frame somebody stands', () => {
  const random = new Random(5)
  const change = { black: 10, white: 240, islands: 6, holes: 6, smooth: 3, grow: 1.5, feather: 2 }
  const small = noise(random, 30, 30)
  const [one, other] = [placed(small, 40, 50), placed(small, 97, 61)].map((plane) => modified(plane, change))
  for (let y = -20; y < 50; y++) for (let x = -20; x < 50; x++) expect(at(one!, 40 + x, 50 + y)).toBe(at(other!, 97 + x, 61 + y))
})

function placed(small: Plane, left: number, top: number): Plane {
  const plane = emptyPlane(200, 160)
  for (let y = 0; y < small.height; y++) plane.data.set(small.data.subarray(y * small.width, (y + 1) * small.width), (top + y) * 200 + left)
  return plane
}
