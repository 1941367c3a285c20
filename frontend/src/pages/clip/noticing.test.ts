import { describe, expect, it } from 'vitest'
import type { Schemas } from '../../api/client'
import { between, byKind, rectangles } from './noticing'

const one = (kind: Schemas['Suggestion']['kind'], first: number) => ({ kind, first }) as Schemas['Suggestion']

describe('what was noticed', () => {
  it('stands together by kind, in the order of the clip', () => {
    const found = byKind([one('letterbox', 0), one('subtitle', 3), one('dissolve', 7), one('subtitle', 20)])
    expect(found.map(([kind, some]) => [kind, some.map(({ first }) => first)])).toEqual([
      ['letterbox', [0]], ['subtitle', [3, 20]], ['dissolve', [7]],
    ])
  })

  it('is drawn by hand between two corners, whichever comes first, and ends at the edge of the picture', () => {
    const size = { width: 320, height: 180 }
    expect(between({ across: 0.75, down: 0.5 }, { across: 0.25, down: 1.4 }, size)).toEqual({ left: 80, top: 90, right: 240, bottom: 180 })
    expect(between({ across: 0.5, down: 0.5 }, { across: 0.5, down: 0.9 }, size)).toBeNull()
  })

  it('is drawn where it is, whatever the size of the picture', () => {
    expect(rectangles({ areas: [[0, 90, 320, 180]] }, { width: 320, height: 180 })).toEqual([{ left: 0, top: 0.5, width: 1, height: 0.5 }])
  })
})
