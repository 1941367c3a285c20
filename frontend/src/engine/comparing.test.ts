import { describe, expect, it } from 'vitest'
import { choose, Comparing } from './comparing'
import { Layer } from './layers'

const history = [
  { id: 'r3', source: 'person' as const },
  { id: 'r2', source: 'model' as const },
  { id: 'r1', source: 'model' as const },
]

describe('what a matte is compared with', () => {
  it('is the first that a model made, or the one before', () => {
    expect([choose(history, 'prelabel', 'r3'), choose(history, 'previous', 'r3'), choose(history, 'previous', 'r1')]).toEqual(['r1', 'r2', null])
    expect([choose(history.slice(0, 1), 'prelabel', 'r3'), choose([], 'previous', null)]).toEqual([null, null])
  })

  it('is what it was painted on while that is not saved', () => {
    const layer = new Layer(300, 200, 'r3', 'present')
    const stroke = layer.begin({ size: 20, hardness: 1, opacity: 1, mode: 'add' })
    stroke.to(50, 50)
    layer.end(stroke, 'brush')
    const comparing = new Comparing({ shot: { clip: { id: 'c' } }, frame: 0, selected: 's', current: layer }, () => undefined)
    expect(comparing.before('previous')).toBe(layer.base)
    expect(comparing.missing('previous')).toBeNull()
  })

  it('is nothing where nobody is selected', () => {
    const comparing = new Comparing({ shot: { clip: { id: 'c' } }, frame: 0, selected: null, current: undefined }, () => undefined)
    expect(comparing.before('prelabel')).toBeNull()
  })
})
