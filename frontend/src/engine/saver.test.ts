/** Saving against the server's contract: nothing painted is lost, nothing of others is painted over unseen. */
import { HEIGHT, server, SUBJECT, WIDTH } from './testing/server'
import { beforeEach, describe, expect, it } from 'vitest'
import { Layer } from './layers'
import { copyPlane, emptyPlane, type Plane } from './planes'
import { Saver, type Order, type SaveState } from './saver'
import { sameBytes } from './tiles'

const LEFT: [number, number] = [40, 40]
const RIGHT: [number, number] = [220, 40]

let saver: Saver
let seen: SaveState['kind'][]

beforeEach(() => {
  Object.assign(server, { revisions: new Map(), heads: new Map(), drafts: new Map(), asked: [], down: false, loseAnswer: false, held: false })
  seen = []
  saver = new Saver(
    () => seen.push(saver.state.kind),
    () => {
      server.down = false
      return Promise.resolve()
    },
  )
})

function dab(layer: Layer, [x, y]: [number, number], size = 20): Layer {
  const stroke = layer.begin({ size, hardness: 1, opacity: 1, mode: 'add' })
  stroke.to(x, y)
  layer.end(stroke, 'brush')
  return layer
}

function order(layer: Layer, more: Partial<Order> = {}, frame = 3): Order {
  return { place: { clip: 'clip', frame, subject: SUBJECT }, layer, anchor: false, asked: false, task: 'task', ...more }
}

const blankLayer = () => new Layer(WIDTH, HEIGHT, null, 'unknown')
const withDab = (at: [number, number], size = 20): Plane => copyPlane(dab(blankLayer(), at, size).plane)
const saves = () => server.asked.filter((line) => line.startsWith('PUT /api/revisions')).length
const same = (a: Plane | null | undefined, b: Plane) => !!a && sameBytes(a.data, b.data)

async function openAt(frame: number): Promise<Layer> {
  const head = server.headOf(frame)!
  return new Layer(WIDTH, HEIGHT, head.id, head.presence, head.matte ? copyPlane(head.matte) : undefined)
}

describe('a save', () => {
  it('gives the server exactly the pixels on the desk', async () => {
    const layer = dab(dab(blankLayer(), LEFT), [290, 190])
    await saver.save(order(layer))
    expect(same(server.headOf(3)?.matte, layer.plane)).toBe(true)
    expect([server.headOf(3)?.id, layer.dirty, saver.state.kind]).toEqual([layer.parent, false, 'saved'])
  })

  it('builds on the one under way before it', async () => {
    const layer = dab(blankLayer(), LEFT)
    const first = saver.save(order(layer))
    await Promise.resolve().then(() => undefined) // it is packed by now
    dab(layer, RIGHT)
    await Promise.all([first, saver.save(order(layer))])
    expect(same(server.headOf(3)?.matte, layer.plane)).toBe(true)
    expect([server.revisions.size, layer.dirty]).toEqual([2, false])
  })

  it('ordered twice at once is one revision', async () => {
    const layer = dab(blankLayer(), LEFT)
    expect(await Promise.all([saver.save(order(layer)), saver.save(order(layer))])).toEqual([true, true])
    expect([server.revisions.size, layer.dirty]).toEqual([1, false])
  })

  it('confirms a frame without sending a pixel', async () => {
    await server.saveAs('model', 3, withDab(LEFT))
    let anchored = false
    await saver.save(order(await openAt(3), { anchor: true, asked: true, took: ({ revision }) => void (anchored = revision.anchored) }))
    expect([anchored, same(server.headOf(3)?.matte, withDab(LEFT))]).toEqual([true, true])
  })

  it('of absence takes the plane away', async () => {
    await server.saveAs('model', 3, withDab(LEFT))
    const layer = await openAt(3)
    layer.mark('absent')
    await saver.save(order(layer))
    expect([server.headOf(3)?.presence, server.headOf(3)?.matte, layer.dirty]).toEqual(['absent', null, false])
    layer.undo()
    await saver.save(order(layer))
    expect([server.headOf(3)?.presence, same(server.headOf(3)?.matte, withDab(LEFT))]).toEqual(['present', true])
  })

  it('without the lease is kept beside the heads', async () => {
    server.held = true
    const layer = dab(blankLayer(), LEFT)
    let kept = false
    await saver.save(order(layer, { took: ({ side }) => void (kept = side) }))
    expect([kept, server.heads.size, server.revisions.size]).toEqual([true, 0, 1])
  })
})

describe('a bad line', () => {
  it('is waited out, and said', async () => {
    server.down = true
    const layer = dab(blankLayer(), LEFT)
    await saver.save(order(layer))
    expect(seen).toEqual(['saving', 'offline', 'saved'])
    expect(same(server.headOf(3)?.matte, layer.plane)).toBe(true)
  })

  it('that loses the answer makes no second revision', async () => {
    server.loseAnswer = true
    await saver.save(order(dab(blankLayer(), LEFT)))
    expect([saves(), server.revisions.size, saver.state.kind]).toEqual([2, 1, 'saved'])
  })
})

describe('somebody else saved first', () => {
  it('and elsewhere: both stand, and nobody is asked', async () => {
    await server.saveAs('ann', 3, withDab(LEFT))
    const layer = dab(blankLayer(), RIGHT)
    await saver.save(order(layer))
    expect(same(server.headOf(3)?.matte, dab(dab(blankLayer(), LEFT), RIGHT).plane)).toBe(true)
    expect([saver.state.kind, layer.dirty]).toEqual(['saved', false])
  })

  it('in the same place: the person is asked, and their pixels stay on the desk', async () => {
    await server.saveAs('ann', 3, withDab(LEFT, 60))
    const layer = dab(blankLayer(), LEFT)
    expect(await saver.save(order(layer))).toBe(false)
    expect([saver.state.kind, same(layer.plane, withDab(LEFT)), layer.dirty]).toEqual(['conflict', true, true])
    expect(same(server.headOf(3)?.matte, withDab(LEFT, 60))).toBe(true)
  })

  it.each([[true, 20], [false, 60]])('in the same place, mine chosen %s: that stands, with all else of both', async (keepMine, size) => {
    await server.saveAs('ann', 3, dab(dab(blankLayer(), LEFT, 60), [40, 180]).plane)
    const layer = dab(dab(blankLayer(), LEFT), RIGHT)
    await saver.save(order(layer))
    if (saver.state.kind !== 'conflict') throw new Error('nobody was asked')
    expect(saver.state.conflict.both).toEqual([0])
    dab(layer, [290, 190]) // painted while the question stood
    saver.resolve(saver.state.conflict, layer, keepMine)
    await saver.save(order(layer))
    const wanted = dab(dab(dab(dab(blankLayer(), LEFT, size), [40, 180]), RIGHT), [290, 190]).plane
    expect([same(server.headOf(3)?.matte, wanted), saver.state.kind]).toEqual([true, 'saved'])
  })

  it('and said the subject is absent, while I painted: asked as a whole', async () => {
    await server.saveAs('model', 3, withDab(LEFT))
    const layer = dab(await openAt(3), RIGHT)
    await server.saveAs('ann', 3, null, 'absent')
    await saver.save(order(layer))
    if (saver.state.kind !== 'conflict') throw new Error('nobody was asked')
    saver.resolve(saver.state.conflict, layer, true)
    await saver.save(order(layer))
    expect([server.headOf(3)?.presence, same(server.headOf(3)?.matte, dab(dab(blankLayer(), LEFT), RIGHT).plane)]).toEqual(['present', true])
  })

  it('and painted, while I said the subject is absent: asked, and theirs can be kept', async () => {
    await server.saveAs('model', 3, withDab(LEFT))
    const layer = await openAt(3)
    const theirs = await server.saveAs('ann', 3, withDab(RIGHT))
    layer.mark('absent')
    await saver.save(order(layer))
    if (saver.state.kind !== 'conflict') throw new Error('nobody was asked')
    saver.resolve(saver.state.conflict, layer, false)
    expect([layer.dirty, layer.parent, layer.presence, same(layer.plane, withDab(RIGHT))]).toEqual([false, theirs, 'present', true])
  })

  it('only confirming what was there: my absence stands without a question', async () => {
    await server.saveAs('model', 3, withDab(LEFT))
    const layer = await openAt(3)
    await server.saveAs('ann', 3, withDab(LEFT))
    layer.mark('absent')
    await saver.save(order(layer))
    expect([server.headOf(3)?.presence, saver.state.kind]).toEqual(['absent', 'saved'])
  })

  it('with just what I painted (my own save before a crash): nothing more is made', async () => {
    const layer = dab(blankLayer(), LEFT)
    const head = await server.saveAs('me', 3, withDab(LEFT))
    await saver.save(order(layer))
    expect([server.headOf(3)?.id, layer.parent, layer.dirty, server.revisions.size]).toEqual([head, head, false, 1])
  })
})

describe('what needs a person', () => {
  it('stays in sight while other frames are saved', async () => {
    await server.saveAs('ann', 3, withDab(LEFT, 60))
    await saver.save(order(dab(blankLayer(), LEFT)))
    await saver.save(order(dab(blankLayer(), RIGHT), {}, 4))
    expect(saver.state.kind).toBe('conflict')
  })

  it('such as a refusal, is said, thrown, and gone once the save is through', async () => {
    const layer = new Layer(WIDTH, HEIGHT, null, 'unknown', withDab(RIGHT)) // a base the server does not have
    dab(layer, LEFT)
    await expect(saver.save(order(layer))).rejects.toThrow('address_mismatch')
    expect(saver.state).toMatchObject({ kind: 'error', code: 'address_mismatch' })
    layer.saved('nowhere', emptyPlane(WIDTH, HEIGHT), 'unknown')
    Object.assign(layer, { parent: null, base: emptyPlane(WIDTH, HEIGHT) })
    layer.replace(withDab(LEFT), 'brush')
    await saver.save(order(layer))
    expect(saver.state.kind).toBe('saved')
  })
})

describe('a draft', () => {
  it('keeps the unsaved state with the server until it is saved', async () => {
    const layer = dab(blankLayer(), LEFT)
    await saver.draft(order(layer))
    expect([...server.drafts.values()].map(({ matte }) => same(matte, layer.plane))).toEqual([true])
    await saver.save(order(layer))
    expect(server.drafts.size).toBe(0)
  })

  it('is not sent after the save that it was ordered behind, and its failure disturbs nobody', async () => {
    const layer = dab(blankLayer(), LEFT)
    await Promise.all([saver.save(order(layer)), saver.draft(order(layer))])
    server.down = true
    await saver.draft(order(dab(layer, RIGHT)))
    expect([server.drafts.size, saver.state.kind]).toEqual([0, 'saved'])
  })
})
