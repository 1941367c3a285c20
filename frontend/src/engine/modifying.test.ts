/** A person modifies a matte by numbers: tried, kept or given up, and done again on the frames that follow. */
import { HEIGHT, server, shot, SUBJECT, WIDTH } from './testing/server'
import 'fake-indexeddb/auto'
import { beforeEach, describe, expect, it } from 'vitest'
import { modified, UNCHANGED } from './modify/modify'
import { Modifying } from './modifying'
import { emptyPlane, type Plane } from './planes'
import { Session } from './session'

const GROWN = { ...UNCHANGED, grow: 4 }
let people = 0

beforeEach(() => {
  people++
  Object.assign(server, { revisions: new Map(), heads: new Map(), drafts: new Map(), asked: [], down: false, loseAnswer: false, held: false })
})

function block(): Plane {
  const plane = emptyPlane(WIDTH, HEIGHT)
  for (let y = 30; y < 60; y++) plane.data.fill(255, y * WIDTH + 40, y * WIDTH + 80)
  return plane
}

/** At the desk, with one that computes at once in place of the worker. */
async function atDesk(frames = 1): Promise<{ session: Session; modifying: Modifying }> {
  for (let frame = 0; frame < frames; frame++) await server.saveAs('model', frame, block())
  const session = new Session(shot(), 0, `modifier-${people}`)
  await session.open()
  const modifying = new Modifying(session, () => session.changed(), (plane, change) => Promise.resolve(modified(plane, change)))
  return { session, modifying }
}

const shown = (session: Session, frame = session.frame) => session.layer(SUBJECT, frame)!.plane.data

describe('trying', () => {
  it('shows what the numbers make of the matte as it was, however often they change', async () => {
    const { session, modifying } = await atDesk()
    await Promise.all([modifying.set({ ...UNCHANGED, grow: 9 }), modifying.set({ ...UNCHANGED, grow: -3 }), modifying.set(GROWN)])
    expect(shown(session)).toEqual(modified(block(), GROWN).data)
    expect([modifying.showing, session.current!.dirty, session.current!.busy, session.unsent]).toEqual([true, false, true, 0])
    await modifying.set(UNCHANGED)
    expect(shown(session)).toEqual(block().data)
  })

  it('is one step once it is kept, and one that can be undone', async () => {
    const { session, modifying } = await atDesk()
    await modifying.set(GROWN)
    await modifying.keep()
    expect([modifying.showing, modifying.change, session.unsent]).toEqual([false, UNCHANGED, 1])
    expect(session.current!.toolCounts).toEqual([{ tool: 'modify', count: 1 }])
    session.current!.undo()
    expect(shown(session)).toEqual(block().data)
    session.current!.redo()
    expect(shown(session)).toEqual(modified(block(), GROWN).data)
  })

  it('leaves nothing behind when it is given up, or when the hand does something else', async () => {
    const { session, modifying } = await atDesk(2)
    await modifying.set(GROWN)
    expect(modifying.cancel()).toBe(true)
    expect(shown(session)).toEqual(block().data)
    expect(modifying.cancel()).toBe(false)
    await modifying.set(GROWN)
    const stroke = session.current!.begin({ size: 10, hardness: 1, opacity: 1, mode: 'add' })
    session.current!.abandon(stroke)
    expect([modifying.showing, shown(session)]).toEqual([false, block().data])
    await modifying.keep()
    expect(session.unsent).toBe(0)
  })

  it('is given up where one leaves the frame, computed or not', async () => {
    const { session } = await atDesk(2)
    let answer: (plane: Plane) => void = () => {}
    const slow = new Modifying(session, () => {}, () => new Promise((done) => (answer = done)))
    Object.assign(session, { modifying: slow })
    const asked = slow.set(GROWN)
    await session.go(1)
    answer(modified(block(), GROWN))
    await asked
    expect([shown(session, 0), session.layer(SUBJECT, 0)!.busy, slow.showing]).toEqual([block().data, false, false])
  })

  it('changes nothing for one who may only look', async () => {
    const { session, modifying } = await atDesk()
    session.readOnly = 'held'
    await modifying.set(GROWN)
    expect([modifying.showing, shown(session)]).toEqual([false, block().data])
  })
})

describe('the same on the next frames', () => {
  it('is saved one by one, but for those that a person confirmed', async () => {
    const { session, modifying } = await atDesk(6)
    await session.go(2)
    await session.confirm()
    await session.go(0, -1)
    await modifying.set(GROWN)
    await modifying.keep()
    await modifying.spread(3)
    const grown = modified(block(), GROWN).data
    expect([1, 2, 3, 4].map((frame) => shown(session, frame)?.every((alpha, at) => alpha === grown[at]))).toEqual([true, false, true, false])
    expect([session.layer(SUBJECT, 1)!.dirty, session.head(SUBJECT, 1)!.source, session.head(SUBJECT, 1)!.anchored]).toEqual([false, 'person', false])
    expect(modifying.spreading).toBeNull()
  })

  it('stops when it is told to, and where another holds the task meanwhile; what is done stays', async () => {
    const { session, modifying } = await atDesk(6)
    await modifying.set(GROWN)
    await modifying.keep()
    await session.saveAll()
    const unsubscribe = session.subscribe(() => {
      if (modifying.spreading?.done !== 1) return
      unsubscribe()
      expect([modifying.spreading.total, modifying.cancel()]).toEqual([5, true])
    })
    await modifying.spread(5)
    expect([session.head(SUBJECT, 1)!.source, session.head(SUBJECT, 3)!.source]).toEqual(['person', 'model'])
    server.held = true
    await modifying.spread(5)
    expect([session.readOnly, modifying.spreading]).toEqual(['held', null])
    expect([1, 2, 3, 4, 5].map((frame) => session.head(SUBJECT, frame)!.source)).toEqual(['person', 'model', 'model', 'model', 'model'])
  })
})
