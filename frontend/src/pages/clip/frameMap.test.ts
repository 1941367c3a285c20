import { describe, expect, it } from 'vitest'
import { frameShownAt, timeInside } from './frameMap'

const times = [0, 42, 83, 167, 208]

describe('the frame map', () => {
  it('knows the frame at its own time, rounded either way, and until the next', () => {
    times.forEach((time, frame) => {
      for (const shift of [-0.0004, 0, 0.0004]) expect(frameShownAt(times, time / 1000 + shift)).toBe(frame)
    })
    expect(frameShownAt(times, 0.166)).toBe(2)
    expect(frameShownAt(times, 99)).toBe(4)
    expect(frameShownAt(times, -1)).toBe(0)
  })

  it('asks for a moment that shows the frame', () => {
    times.forEach((_, frame) => expect(frameShownAt(times, timeInside(times, frame))).toBe(frame))
  })
})
