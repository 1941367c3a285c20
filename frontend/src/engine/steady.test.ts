import { describe, expect, it } from 'vitest'
import { Steady } from './steady'
import { Random } from './testing/random'

describe('a steady hand', () => {
  it('of no string follows the pointer', () => {
    const steady = new Steady(0)
    expect([steady.pull({ x: 1, y: 2 }), steady.pull({ x: 5, y: 5 }), steady.pull({ x: 5, y: 5 }), steady.release()]).toEqual([{ x: 1, y: 2 }, { x: 5, y: 5 }, null, null])
  })

  it('stays a string behind, and ends where the pointer does', () => {
    const steady = new Steady(10)
    steady.pull({ x: 0, y: 0 })
    expect([steady.pull({ x: 8, y: 0 }), steady.pull({ x: 30, y: 0 }), steady.release(), steady.release()]).toEqual([null, { x: 20, y: 0 }, { x: 30, y: 0 }, null])
  })

  it('trembles far less than the pointer', () => {
    const random = new Random(31)
    const steady = new Steady(20)
    const ys: number[] = []
    for (let x = 0; x < 400; x += 3) ys.push((steady.pull({ x, y: random.between(-6, 6) }) ?? { y: ys.at(-1)! }).y)
    const steps = ys.slice(40).map((y, place) => Math.abs(y - ys[place + 39]!))
    expect(Math.max(...steps)).toBeLessThan(2)
  })
})
