import { describe, expect, it } from 'vitest'
import type { CutChange, Shot } from '../../api/queries'
import { cutAt, frameUnder, mayMove, moveRange, nextCut, undoable, within } from './cutting'

const shot = (first: number, last: number) => ({ first, last }) as Shot
const shots = [shot(0, 99), shot(100, 149), shot(150, 299)]

describe('cuts', () => {
  it('stand before the first frame of the later shot; the clip itself begins with none', () => {
    expect([cutAt(shots, 100)?.last, cutAt(shots, 0), cutAt(shots, 101)]).toEqual([149, null, null])
  })

  it('move between the shots around them, never over another cut', () => {
    expect(moveRange(shots, 100)).toEqual({ from: 1, to: 149 })
    expect(moveRange(shots, 150)).toEqual({ from: 101, to: 299 })
    expect(moveRange(shots, 0)).toBeNull()
    expect([mayMove(shots, 150, 140), mayMove(shots, 150, 100), mayMove(shots, 150, 150)]).toEqual([true, false, false])
  })

  it('are held back by their neighbours while they are dragged', () => {
    expect([within(shots, 150, 20), within(shots, 150, 160), within(shots, 150, 999)]).toEqual([101, 160, 299])
  })

  it('are stepped through in both directions', () => {
    expect([nextCut(shots, 1, 1, 300), nextCut(shots, 100, 1, 300), nextCut(shots, 150, 1, 300)]).toEqual([100, 150, 299])
    expect([nextCut(shots, 150, -1, 300), nextCut(shots, 100, -1, 300)]).toEqual([100, 1])
  })

  it('draw the pointer to themselves when it is near', () => {
    expect(frameUnder(0.335, 300, shots, 2)).toBe(100)
    expect(frameUnder(0.36, 300, shots, 2)).toBe(108)
    expect([frameUnder(-1, 300, shots, 2), frameUnder(2, 300, shots, 2)]).toEqual([1, 299])
  })

  it('are undone newest first, and once each', () => {
    const change = (id: string, undone_at: string | null) => ({ id, undone_at }) as CutChange
    expect(undoable([change('c', '2026-11-23'), change('b', null), change('a', null)])?.id).toBe('b')
    expect(undoable([])).toBeNull()
  })
})
