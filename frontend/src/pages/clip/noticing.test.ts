import { describe, expect, it } from 'vitest'
import type { Schemas } from '../../api/client'
import { byKind, rectangles } from './noticing'

const one = (kind: Schemas['Suggestion']['kind'], first: number) => ({ kind, first }) as Schemas['Suggestion']

describe('what was noticed', () => {
  it('stands together by kind, in the order of the clip', () => {
    const found = byKind([one('letterbox', 0), one('subtitle', 3), one('dissolve', 7), one('subtitle', 20)])
    expect(found.map(([kind, some]) => [kind, some.map(({ first }) => first)])).toEqual([
      ['letterbox', [0]], ['subtitle', [3, 20]], ['dissolve', [7]],
    ])
  })

  it('is drawn where it is, whatever the size of the picture', () => {
    expect(rectangles({ areas: [[0, 90, 320, 180]] }, { width: 320, height: 180 })).toEqual([{ left: 0, top: 0.5, width: 1, height: 0.5 }])
  })
})
