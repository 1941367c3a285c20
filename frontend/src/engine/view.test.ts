import { describe, expect, it } from 'vitest'
import { Random } from './testing/random'
import { centre, fit, MAX_SCALE, MIN_SCALE, pan, toScreen, toSource, zoomAt, type View } from './view'

const SCREEN = { width: 1096, height: 600 }

function anyView(random: Random): View {
  return { scale: random.between(MIN_SCALE, MAX_SCALE), aspect: random.pick([1, 16 / 11, 4 / 3]), x: random.between(-9000, 900), y: random.between(-9000, 900) }
}

describe('source and screen', () => {
  it('are each the way back of the other, at any zoom and pixel shape', () => {
    const random = new Random(7)
    for (let i = 0; i < 500; i++) {
      const view = anyView(random)
      const point = { x: random.between(0, 4096), y: random.between(0, 2160) }
      const back = toSource(view, toScreen(view, point))
      expect(Math.abs(back.x - point.x)).toBeLessThan(1e-6)
      expect(Math.abs(back.y - point.y)).toBeLessThan(1e-6)
    }
  })
})

describe('zooming', () => {
  it('keeps what is under the pointer under the pointer', () => {
    const random = new Random(8)
    for (let i = 0; i < 200; i++) {
      const view = anyView(random)
      const at = { x: random.between(0, 1000), y: random.between(0, 600) }
      const before = toSource(view, at)
      const after = toSource(zoomAt(view, at, random.between(0.3, 3)), at)
      expect(Math.hypot(after.x - before.x, after.y - before.y)).toBeLessThan(1e-6)
    }
  })

  it('ends at 3200 % and at 5 %', () => {
    const view = fit(1920, 1080, SCREEN)
    expect(zoomAt(view, { x: 0, y: 0 }, 1e6).scale).toBe(32)
    expect(zoomAt(view, { x: 0, y: 0 }, 1e-6).scale).toBe(0.05)
  })
})

describe('fitting', () => {
  it('shows the whole picture with a margin, in the middle', () => {
    for (const [width, height, aspect] of [[1920, 1080, 1], [720, 576, 16 / 11], [1080, 1920, 1]] as const) {
      const view = fit(width, height, SCREEN, aspect)
      const [a, b] = [toScreen(view, { x: 0, y: 0 }), toScreen(view, { x: width, y: height })]
      expect(Math.min(a.x, a.y, SCREEN.width - b.x, SCREEN.height - b.y)).toBeCloseTo(12, 6)
      expect(a.x).toBeCloseTo(SCREEN.width - b.x, 6)
      expect(a.y).toBeCloseTo(SCREEN.height - b.y, 6)
    }
  })

  it('keeps to a usable scale before the stage has a size', () => {
    expect(fit(1920, 1080, { width: 1, height: 1 }).scale).toBe(MIN_SCALE)
  })

  it('centres at 100 %, and a drag moves by what the hand moved', () => {
    const view = centre({ scale: 1, aspect: 1, x: 0, y: 0 }, 1920, 1080, SCREEN)
    expect([view.x, view.y]).toEqual([-412, -240])
    expect(pan(view, 10, -4)).toEqual({ ...view, x: -402, y: -244 })
  })
})
