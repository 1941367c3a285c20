import { describe, expect, it } from 'vitest'
import { BYTES, DEPTH } from './history'
import { Layer } from './layers'
import { copyPlane, emptyPlane, type Plane } from './planes'
import { Random } from './testing/random'
import { sameBytes } from './tiles'

function dab(layer: Layer, x: number, y: number, mode: 'add' | 'subtract' = 'add'): void {
  const stroke = layer.begin({ size: 20, hardness: 1, opacity: 1, mode })
  stroke.to(x, y)
  layer.end(stroke, mode === 'add' ? 'brush' : 'eraser')
}

function whole(value: number, width = 300, height = 200): Plane {
  const plane = emptyPlane(width, height)
  plane.data.fill(value)
  return plane
}

describe('what is unsaved', () => {
  it('is what differs from the server, not what was touched', () => {
    const layer = new Layer(300, 200, 'r1', 'present', whole(9))
    dab(layer, 20, 20)
    dab(layer, 200, 20)
    layer.undo()
    expect([...layer.changes().keys()]).toEqual([0])
    layer.undo()
    expect([layer.changes().size, layer.dirty]).toEqual([0, false])
  })

  it('is what was painted while the save was under way', () => {
    const layer = new Layer(300, 200, null, 'unknown')
    dab(layer, 20, 20)
    const sent = copyPlane(layer.plane)
    dab(layer, 200, 20)
    layer.saved('r1', sent, 'present')
    expect([layer.dirty, layer.parent, [...layer.changes().keys()]]).toEqual([true, 'r1', [1]])
    layer.saved('r2', copyPlane(layer.plane), 'present')
    expect([layer.dirty, layer.toolCounts]).toEqual([false, []])
  })

  it('can be undone past the save, and is unsaved again', () => {
    const layer = new Layer(300, 200, null, 'unknown')
    dab(layer, 20, 20)
    layer.saved('r1', copyPlane(layer.plane), 'present')
    layer.undo()
    expect([layer.dirty, layer.presence]).toEqual([true, 'unknown'])
    layer.redo()
    expect([layer.changes().size, layer.dirty]).toEqual([0, false])
  })
})

describe('what must be drawn anew', () => {
  it('is what changed other than under the hand, told once', () => {
    const layer = new Layer(300, 200, null, 'unknown')
    dab(layer, 20, 20)
    expect(layer.takeRedraw()).toBeNull()
    layer.undo()
    expect([layer.takeRedraw(), layer.takeRedraw()]).toEqual([{ left: 0, top: 0, right: 128, bottom: 128 }, null])
    layer.redo()
    layer.mark('absent')
    expect(layer.takeRedraw()).toEqual({ left: 0, top: 0, right: 128, bottom: 128 })
  })

  it('is a stroke that was given up', () => {
    const layer = new Layer(300, 200, null, 'unknown')
    const stroke = layer.begin({ size: 20, hardness: 1, opacity: 1, mode: 'add' })
    stroke.to(290, 190)
    layer.abandon(stroke)
    expect(layer.takeRedraw()).toEqual({ left: 256, top: 128, right: 300, bottom: 200 })
  })
})

describe('presence', () => {
  it('becomes present by painting, and goes back with the stroke', () => {
    const layer = new Layer(300, 200, 'r1', 'absent')
    dab(layer, 20, 20)
    expect(layer.presence).toBe('present')
    layer.undo()
    expect([layer.presence, layer.changes().size, layer.dirty]).toEqual(['absent', 0, false])
  })

  it('said to be absent takes the plane away, and undo brings it back', () => {
    const layer = new Layer(300, 200, 'r1', 'present', whole(80))
    layer.mark('absent')
    expect([layer.presence, layer.plane.data.some((alpha) => alpha > 0), layer.dirty]).toEqual(['absent', false, true])
    layer.undo()
    expect([layer.presence, layer.plane.data.every((alpha) => alpha === 80)]).toEqual(['present', true])
  })

  it('can be said of a frame where nothing was painted', () => {
    const layer = new Layer(300, 200, null, 'unknown')
    layer.mark('absent')
    expect([layer.dirty, layer.history.canUndo]).toEqual([true, true])
    layer.undo()
    expect([layer.dirty, layer.presence]).toEqual([false, 'unknown'])
  })
})

describe('a journal entry', () => {
  it('laid over the state it grew from gives what the person saw', () => {
    const random = new Random(9)
    for (let round = 0; round < 10; round++) {
      const base = whole(random.whole(0, 255))
      const layer = new Layer(300, 200, 'r1', 'present', base)
      for (let i = 0; i < 5; i++) dab(layer, random.between(0, 300), random.between(0, 200), random.pick(['add', 'subtract']))
      const again = new Layer(300, 200, 'r1', 'present', base)
      again.recall(layer.changes(), layer.presence, layer.toolCounts)
      expect(sameBytes(again.plane.data, layer.plane.data)).toBe(true)
      expect([again.dirty, again.toolCounts]).toEqual([layer.changes().size > 0, layer.toolCounts])
    }
  })
})

describe('the memory of undo', () => {
  it('ends at so many steps', () => {
    const layer = new Layer(60, 60, null, 'unknown')
    for (let i = 0; i < DEPTH + 20; i++) dab(layer, 30, 30, i % 2 ? 'subtract' : 'add')
    let steps = 0
    while (layer.history.canUndo) steps += layer.undo().length
    expect(steps).toBe(DEPTH)
  })

  it('ends at so many bytes where whole planes change', () => {
    const layer = new Layer(2048, 1024, null, 'unknown')
    const [dark, light] = [whole(10, 2048, 1024), whole(200, 2048, 1024)]
    for (let i = 0; i < 30; i++) layer.replace(i % 2 ? dark : light, 'copy')
    let steps = 0
    while (layer.history.canUndo) steps += layer.undo().length ? 1 : 0
    expect(steps).toBe(Math.floor(BYTES / (2 * 2048 * 1024)))
  })
})
