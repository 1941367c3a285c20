import { describe, expect, it } from 'vitest'
import { Layer } from './layers'
import { address, copyPlane, emptyPlane, joinBoxes, type Box, type Plane } from './planes'
import { Stroke, type Brush } from './stroke'
import { Random } from './testing/random'
import { sameBytes } from './tiles'

const HARD: Brush = { size: 20, hardness: 1, opacity: 1, mode: 'add' }

function paint(plane: Plane, brush: Brush, points: [number, number][]): Box | null {
  const stroke = new Stroke(plane, brush)
  return points.reduce<Box | null>((box, [x, y]) => joinBoxes(box, stroke.to(x, y)), null)
}

const at = (plane: Plane, x: number, y: number) => plane.data[y * plane.width + x]!

describe('a dab', () => {
  it('is full inside, nothing outside, and as wide as the brush says', () => {
    const plane = emptyPlane(100, 100)
    paint(plane, HARD, [[50, 50]])
    expect([at(plane, 50, 50), at(plane, 50, 41), at(plane, 50, 39), at(plane, 61, 50)]).toEqual([255, 255, 0, 0])
    const area = plane.data.reduce((sum, alpha) => sum + alpha / 255, 0)
    expect(Math.abs(area / (Math.PI * 100) - 1)).toBeLessThan(0.02)
  })

  it('falls off softly and evenly to all sides when it is not hard', () => {
    const plane = emptyPlane(101, 101)
    paint(plane, { ...HARD, size: 60, hardness: 0 }, [[50.5, 50.5]])
    const row = Array.from({ length: 32 }, (_, i) => at(plane, 50 + i, 50))
    expect(row).toEqual([...row].sort((a, b) => b - a))
    expect(new Set(row).size).toBeGreaterThan(20)
    for (let d = 0; d < 32; d++) expect([at(plane, 50 - d, 50), at(plane, 50, 50 + d), at(plane, 50, 50 - d)]).toEqual([row[d], row[d], row[d]])
  })

  it('of one pixel still marks the pixel under the pointer', () => {
    const plane = emptyPlane(9, 9)
    paint(plane, { ...HARD, size: 1 }, [[4.5, 4.5]])
    expect(at(plane, 4, 4)).toBe(255)
    expect(plane.data.filter((alpha) => alpha > 0).length).toBe(1)
  })

  it('may hang over the border, over a corner of four tiles, or lie outside', () => {
    const plane = emptyPlane(300, 200)
    const stroke = new Stroke(plane, { ...HARD, size: 30 })
    expect(stroke.to(128, 128)).toEqual({ left: 112, top: 112, right: 144, bottom: 144 })
    expect(stroke.before.size).toBe(4)
    paint(plane, HARD, [[-3, 199]])
    expect(at(plane, 0, 199)).toBe(255)
    expect(new Stroke(plane, HARD).to(-50, -50)).toBeNull()
  })
})

describe('a stroke', () => {
  it('has no gaps, however far apart the pointer was seen', () => {
    const plane = emptyPlane(400, 60)
    paint(plane, HARD, [[20, 30], [380, 30]])
    for (let x = 20; x < 375; x++) expect(at(plane, x, 30)).toBe(255)
  })

  it('does not build up beyond its opacity, going over a place again', () => {
    const plane = emptyPlane(100, 50)
    const half = { ...HARD, opacity: 0.5 }
    paint(plane, half, [[20, 25], [80, 25], [20, 25], [80, 25]])
    expect(at(plane, 50, 25)).toBe(128)
    paint(plane, half, [[20, 25], [80, 25]])
    expect(at(plane, 50, 25)).toBe(192)
  })

  it('of little flow comes up to its opacity by going over a place again, and never beyond', () => {
    const plane = emptyPlane(100, 50)
    const stroke = new Stroke(plane, { ...HARD, opacity: 0.5, flow: 0.1 })
    const seen = [0]
    for (let pass = 0; pass < 12; pass++) {
      stroke.to(pass % 2 ? 20 : 80, 25)
      seen.push(at(plane, 50, 25))
    }
    expect(seen[2]).toBeGreaterThan(0)
    expect(seen[2]).toBeLessThan(128)
    expect(seen).toEqual([...seen].sort((a, b) => a - b))
    expect([seen.at(-1), Math.max(...plane.data)]).toEqual([128, 128])
  })

  it('of any flow lies between nothing and what full flow draws, adding and taking away', () => {
    const random = new Random(5)
    for (let round = 0; round < 30; round++) {
      const [full, some] = [emptyPlane(260, 150), emptyPlane(260, 150)]
      for (const plane of [full, some]) plane.data.fill(100)
      const brush = randomBrush(random)
      const points = Array.from({ length: 4 }, () => point(random))
      paint(full, { ...brush, flow: 1 }, points)
      paint(some, { ...brush, flow: random.between(0.01, 1) }, points)
      const within = some.data.every((alpha, i) => (alpha - 100) * (full.data[i]! - alpha) >= 0)
      expect(within).toBe(true)
    }
  })

  it('takes away what it would have added', () => {
    const plane = emptyPlane(100, 50)
    plane.data.fill(200)
    paint(plane, { ...HARD, opacity: 0.5, mode: 'subtract' }, [[50, 25]])
    expect([at(plane, 50, 25), at(plane, 5, 5)]).toEqual([100, 200])
    paint(plane, { ...HARD, mode: 'subtract' }, [[50, 25]])
    expect(at(plane, 50, 25)).toBe(0)
  })

  it('is fainter where the pen is light', () => {
    const plane = emptyPlane(60, 60)
    new Stroke(plane, HARD).to(30, 30, 0.25)
    expect(at(plane, 30, 30)).toBe(64)
  })

  it('changes nothing outside of the box that it tells', () => {
    const random = new Random(3)
    for (let round = 0; round < 40; round++) {
      const plane = emptyPlane(260, 150)
      plane.data.fill(100)
      const brush = randomBrush(random)
      const box = paint(plane, brush, [point(random), point(random), point(random)])
      const outside = plane.data.filter((_, i) => !box || !inside(box, i % 260, Math.floor(i / 260)))
      expect(outside.every((alpha) => alpha === 100)).toBe(true)
    }
  })

  it('is the same bytes on every machine', async () => {
    const plane = emptyPlane(300, 200)
    paint(plane, { size: 37, hardness: 0.3, opacity: 0.7, mode: 'add' }, [[10.25, 20.5], [180.75, 140.125], [299, 3]])
    expect(await address(plane)).toBe('4a50b903fad7adcc81e810d7079faa934a10a893eaf1c077dfbc887a12ebfb29')
  })
})

describe('paint, erase, undo, redo', () => {
  it('gives back every state bit for bit, in any order', () => {
    const random = new Random(4)
    for (let round = 0; round < 25; round++) {
      const layer = new Layer(260, 150, null, 'unknown')
      const states = [copyPlane(layer.plane)]
      for (let i = 0; i < 8; i++) {
        const stroke = layer.begin(randomBrush(random))
        for (let n = random.whole(1, 4); n > 0; n--) stroke.to(...point(random))
        if (layer.end(stroke, 'brush')) states.push(copyPlane(layer.plane))
      }
      let here = states.length - 1
      for (let i = 0; i < 40; i++) {
        const back = random.next() < 0.5
        if (back) layer.undo()
        else layer.redo()
        here = Math.min(states.length - 1, Math.max(0, here + (back ? -1 : 1)))
        expect(sameBytes(layer.plane.data, states[here]!.data)).toBe(true)
      }
    }
  })

  it('forgets what was taken back once something else is painted', () => {
    const layer = new Layer(60, 60, null, 'unknown')
    const dab = (x: number) => {
      const stroke = layer.begin(HARD)
      stroke.to(x, 30)
      layer.end(stroke, 'brush')
    }
    dab(10)
    layer.undo()
    dab(50)
    expect([layer.history.canRedo, layer.redo()]).toEqual([false, []])
    expect([at(layer.plane, 10, 30), at(layer.plane, 50, 30)]).toEqual([0, 255])
  })

  it('leaves no trace of a stroke given up halfway, nor of one that changed nothing', () => {
    const layer = new Layer(60, 60, null, 'absent')
    const stroke = layer.begin(HARD)
    stroke.to(30, 30)
    expect(layer.busy).toBe(true)
    layer.abandon(stroke)
    const nothing = layer.begin({ ...HARD, mode: 'subtract' })
    nothing.to(30, 30)
    expect(layer.end(nothing, 'eraser')).toBe(false)
    expect(layer.plane.data.some((alpha) => alpha > 0)).toBe(false)
    expect([layer.dirty, layer.busy, layer.history.canUndo, layer.presence]).toEqual([false, false, false, 'absent'])
  })
})

function randomBrush(random: Random): Brush {
  return { size: random.between(1, 90), hardness: random.next(), opacity: random.between(0.1, 1), flow: random.between(0.02, 1), mode: random.pick(['add', 'subtract']) }
}

function point(random: Random): [number, number] {
  return [random.between(-20, 280), random.between(-20, 170)]
}

function inside(box: Box, x: number, y: number): boolean {
  return x >= box.left && x < box.right && y >= box.top && y < box.bottom
}
