/** A person at the desk: opening, painting, leaving a frame, a crash, another machine. */
import { HEIGHT, PART, server, shot, shotWithPart, SUBJECT, WIDTH } from './testing/server'
import 'fake-indexeddb/auto'
import { beforeEach, describe, expect, it } from 'vitest'
import { ApiError } from '../api/client'
import { Layer } from './layers'
import { copyPlane, type Plane } from './planes'
import { Session } from './session'
import { sameBytes } from './tiles'

const LEFT: [number, number] = [40, 40]
const RIGHT: [number, number] = [220, 40]

let person = 0

beforeEach(() => {
  person++ // everybody has a journal of their own
  Object.assign(server, { revisions: new Map(), heads: new Map(), drafts: new Map(), asked: [], down: false, loseAnswer: false, held: false })
})

async function open(frame = 0, of = shot()): Promise<Session> {
  const session = new Session(of, frame, `person-${person}`)
  await session.open()
  return session
}

function paint(session: Session, at: [number, number]): void {
  dab(session.current!, at)
  session.painted()
}

function dab(layer: Layer, [x, y]: [number, number]): void {
  const stroke = layer.begin({ size: 20, hardness: 1, opacity: 1, mode: 'add' })
  stroke.to(x, y)
  layer.end(stroke, 'brush')
}

function drawn(...at: [number, number][]): Plane {
  const layer = new Layer(WIDTH, HEIGHT, null, 'unknown')
  for (const place of at) dab(layer, place)
  return copyPlane(layer.plane)
}

/** The tab is gone: nothing more is sent, and only the journal knows. */
async function crash(session: Session): Promise<void> {
  await session.settled() // the journal has what was painted
  const { rest, drafting } = session as unknown as Record<'rest' | 'drafting', ReturnType<typeof setTimeout>>
  clearTimeout(rest)
  clearTimeout(drafting)
}

const same = (a: Plane | null | undefined, b: Plane) => !!a && sameBytes(a.data, b.data)
const planesAsked = () => server.asked.filter((line) => line.endsWith('/planes')).length

describe('opening', () => {
  it('lays out the mattes round the frame, asking for the shown one first', async () => {
    for (let frame = 0; frame < 20; frame++) await server.saveAs('model', frame, drawn(LEFT))
    const session = await open(8)
    expect([7, 8, 9, 12].map((frame) => same(session.layer(SUBJECT, frame)?.plane, drawn(LEFT)))).toEqual([true, true, true, true])
    expect([session.editable, planesAsked()]).toEqual([true, 2])
  })

  it('asks for a window at a time while one steps, and never twice for the same', async () => {
    for (let frame = 0; frame < 40; frame++) await server.saveAs('model', frame, drawn(LEFT))
    const session = await open(0)
    for (let frame = 1; frame < 40; frame++) await session.go(frame)
    expect(session.current && same(session.current.plane, drawn(LEFT))).toBe(true)
    expect(planesAsked()).toBeLessThan(9)
  })

  it('is for looking only while another person holds the task', async () => {
    server.held = true
    const session = await open()
    expect([session.readOnly, session.editable]).toEqual(['held', false])
  })
})

describe('painting', () => {
  it('becomes a revision when the frame is left, and undo does not leave the frame', async () => {
    const session = await open(3)
    paint(session, LEFT)
    await session.go(4)
    await session.saveAll()
    expect([same(server.headOf(3)?.matte, drawn(LEFT)), session.head(SUBJECT, 3)?.by_person]).toEqual([true, true])
    expect([session.revisions(SUBJECT).has(3), session.current?.history.canUndo]).toEqual([false, false])
    await session.go(3)
    session.current!.undo()
    session.painted()
    await session.saveAll()
    expect([server.headOf(3)?.matte, server.headOf(3)?.presence]).toEqual([null, 'unknown'])
  })

  it('is one revision, however often and from wherever it is saved at once', async () => {
    const session = await open(3)
    paint(session, LEFT)
    await Promise.all([session.saveAll(), session.go(4), session.saveAll()])
    await session.saveAll()
    expect([server.revisions.size, session.unsent, same(server.headOf(3)?.matte, drawn(LEFT))]).toEqual([1, 0, true])
  })

  it('keeps its undo while one steps away and back', async () => {
    for (let frame = 0; frame < 40; frame++) await server.saveAs('model', frame, drawn(LEFT))
    const session = await open(3)
    paint(session, RIGHT)
    await session.saveAll()
    await session.go(20)
    await session.go(3, -1)
    expect([session.current?.history.canUndo, same(session.current?.plane, drawn(LEFT, RIGHT))]).toEqual([true, true])
  })

  it('is not taken from under the hand by what the server sends', async () => {
    await server.saveAs('model', 3, drawn(LEFT))
    const session = await open(3)
    const stroke = session.current!.begin({ size: 20, hardness: 1, opacity: 1, mode: 'add' })
    stroke.to(...RIGHT)
    await server.saveAs('ann', 3, drawn())
    await session.reloadShot().catch(() => undefined) // the fake knows no whole shots
    await session.loadHeads()
    await session.loadWindow()
    session.current!.end(stroke, 'brush')
    expect(same(session.current?.plane, drawn(LEFT, RIGHT))).toBe(true)
  })

  it('refused is thrown by saving all, so that nothing is accepted without it', async () => {
    const session = await open(3)
    paint(session, LEFT)
    await server.saveAs('ann', 3, drawn(LEFT, [50, 50]))
    await expect(session.saveAll()).rejects.toThrow(ApiError)
    expect(session.saver.state.kind).toBe('conflict')
  })
})

describe('a part', () => {
  it('is painted by itself, beside what is open of its owner', async () => {
    await server.saveAs('model', 3, drawn(LEFT))
    const session = await open(3, shotWithPart())
    paint(session, [40, 170])
    session.select(PART)
    paint(session, RIGHT)
    await session.saveAll()
    expect(same(server.headOf(3)?.matte, drawn(LEFT, [40, 170]))).toBe(true)
    expect(same(server.headOf(3, PART)?.matte, drawn(RIGHT))).toBe(true)
    expect([session.saver.state.kind, session.unsent]).toEqual(['saved', 0])
  })
})

describe('absent', () => {
  it('is saved as an anchor, and undo brings the person back', async () => {
    await server.saveAs('model', 3, drawn(LEFT))
    const session = await open(3)
    await session.mark('absent')
    expect([server.headOf(3)?.presence, session.head(SUBJECT)?.anchored]).toEqual(['absent', true])
    session.current!.undo()
    session.painted()
    await session.saveAll()
    expect(same(server.headOf(3)?.matte, drawn(LEFT))).toBe(true)
  })
})

describe('after a crash', () => {
  it('unsent strokes are back, said to be, and saved', async () => {
    await server.saveAs('model', 3, drawn(LEFT))
    const before = await open(3)
    paint(before, RIGHT)
    await crash(before)
    const after = await open(0)
    expect(after.recovered).toEqual({ frames: [3] })
    expect(same(after.layer(SUBJECT, 3)?.plane, drawn(LEFT, RIGHT))).toBe(true)
    await after.saveAll()
    expect(same(server.headOf(3)?.matte, drawn(LEFT, RIGHT))).toBe(true)
    expect((await open(0)).recovered).toBeNull()
  })

  it('they join what another person saved meanwhile', async () => {
    await server.saveAs('model', 3, drawn())
    const before = await open(3)
    paint(before, RIGHT)
    await crash(before)
    await server.saveAs('ann', 3, drawn(LEFT))
    const after = await open(3)
    await after.saveAll()
    expect(same(server.headOf(3)?.matte, drawn(LEFT, RIGHT))).toBe(true)
  })

  it('that came when the save was through but not heard of, nothing is made twice', async () => {
    const before = await open(3)
    paint(before, RIGHT)
    await crash(before)
    await server.saveAs('me', 3, drawn(RIGHT))
    const after = await open(3)
    await after.saveAll()
    expect([server.revisions.size, after.unsent]).toEqual([1, 0])
  })

  it('a stroke that was undone is not brought back', async () => {
    const before = await open(3)
    paint(before, RIGHT)
    before.current!.undo()
    before.painted()
    await crash(before)
    expect((await open(3)).recovered).toBeNull()
  })
})

describe('on another machine', () => {
  it('a draft is on the desk again', async () => {
    const parent = await server.saveAs('model', 3, drawn(LEFT))
    server.drafts.set(`3:${SUBJECT}`, { parent, presence: 'present', matte: drawn(LEFT, RIGHT) })
    const session = await open(0)
    expect(session.recovered).toEqual({ frames: [3] })
    await session.saveAll()
    expect([same(server.headOf(3)?.matte, drawn(LEFT, RIGHT)), server.drafts.size]).toEqual([true, 0])
  })
})

describe('without the server', () => {
  it('a frame whose picture is not here is not shown as another', async () => {
    const session = await open(3)
    server.down = true
    await expect(session.go(39)).rejects.toThrow()
    expect(session.frame).toBe(3)
  })

  it('painting and stepping through what is here go on', async () => {
    const session = await open(3)
    await new Promise((done) => setTimeout(done, 50))
    server.down = true
    paint(session, LEFT)
    await session.go(4)
    expect([session.frame, session.editable, session.unsent]).toEqual([4, true, 1])
    server.down = false
  })
})
