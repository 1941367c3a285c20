/** A person clicks on a frame: one step that can be undone, the clicks with it, and nothing lost when things go wrong. */
import { HEIGHT, server, shot, SUBJECT, WIDTH } from './testing/server'
import 'fake-indexeddb/auto'
import { beforeEach, describe, expect, it } from 'vitest'
import { ApiError } from '../api/client'
import { Asking } from './asking'
import { Layer } from './layers'
import { boxBetween, outlineOf } from './said'
import { Session } from './session'

let people = 0

beforeEach(() => {
  people++
  Object.assign(server, { revisions: new Map(), heads: new Map(), drafts: new Map(), prompts: new Map(), asked: [], down: false, held: false })
  Object.assign(server, { toldOf: [], answers: 'disc' })
})

async function open(frame = 0): Promise<Session> {
  const session = new Session(shot(), frame, `clicker-${people}`)
  await session.open()
  return session
}

const click = (x: number, y: number, inside = true) => ({ points: [{ x, y, inside }] })
const alphaAt = (session: Session, x: number, y: number, frame = session.frame) => session.layer(SUBJECT, frame)!.plane.data[y * WIDTH + x]

function paint(session: Session, x: number, y: number): void {
  const stroke = session.current!.begin({ size: 20, hardness: 1, opacity: 1, mode: 'add' })
  stroke.to(x, y)
  session.current!.end(stroke, 'brush')
  session.painted()
}

/** So many prompts have reached the server. */
async function asked(count: number): Promise<void> {
  while (server.toldOf.length < count) await new Promise((done) => setTimeout(done, 1))
}

describe('a click', () => {
  it('changes the matte by one step, and undo takes matte and click back', async () => {
    const session = await open()
    await session.asking.ask(click(40, 40), 'click')
    await session.asking.ask(click(200, 150), 'click')
    expect([alphaAt(session, 40, 40), alphaAt(session, 200, 150), session.current!.said.length]).toEqual([255, 255, 2])
    session.current!.undo()
    expect([alphaAt(session, 40, 40), alphaAt(session, 200, 150)]).toEqual([255, 0])
    expect(session.current!.said).toEqual([{ x: 40, y: 40, inside: true }])
    session.current!.redo()
    expect([alphaAt(session, 200, 150), session.current!.said.length]).toEqual([255, 2])
  })

  it('is asked of what is on the desk, with the clicks before it', async () => {
    const session = await open()
    paint(session, 120, 100)
    await session.asking.ask(click(40, 40), 'click')
    await session.asking.ask(click(40, 60, false), 'click')
    expect(server.toldOf.map((told) => [told.earlier.length, told.seen(120, 100)])).toEqual([[0, 255], [1, 255]])
    expect(alphaAt(session, 120, 100)).toBe(255)
  })

  it('may be nothing but the matte itself: it is mended as it is', async () => {
    const session = await open()
    paint(session, 30, 30)
    await session.asking.ask({}, 'mend')
    expect([alphaAt(session, 1, 1), session.current!.said]).toEqual([255, []])
    expect(session.current!.toolCounts.map(({ tool }) => tool)).toEqual(['brush', 'mend'])
  })

  it('is saved with the prompts that were asked', async () => {
    const session = await open()
    await session.asking.ask(click(40, 40), 'click')
    await session.saveAll()
    expect(server.saved.at(-1)?.tools).toEqual([{ tool: 'click', count: 1, prompts: ['prompt-1'] }])
    expect(session.current!.dirty).toBe(false)
  })

  it('is kept through a crash', async () => {
    const session = await open()
    await session.asking.ask(click(40, 40), 'click')
    await new Promise((done) => setTimeout(done, 20))
    server.down = true
    void session.close()
    server.down = false
    const again = await open()
    expect(alphaAt(again, 40, 40)).toBe(255)
  })

  it('that changes nothing is told of, and is no step', async () => {
    const session = await open()
    server.answers = 'agrees'
    await session.asking.ask(click(40, 40), 'click')
    expect([session.asking.told, session.current!.history.canUndo, session.current!.said]).toEqual(['agrees', false, []])
    session.asking.dismiss()
    expect(session.asking.told).toBe(null)
  })

  it('is answered on its own frame when one has gone on', async () => {
    const session = await open(3)
    const answer = session.asking.ask(click(40, 40), 'click')
    expect([session.asking.waiting, session.asking.pending(3, SUBJECT).length, session.asking.pending(4, SUBJECT)]).toEqual([true, 1, []])
    await session.go(4)
    await answer
    expect([alphaAt(session, 40, 40, 3), alphaAt(session, 40, 40, 4), session.asking.waiting]).toEqual([255, 0, false])
  })

  it('can be given up', async () => {
    const session = await open()
    const answer = session.asking.ask(click(40, 40), 'click')
    expect(session.asking.cancel()).toBe(true)
    await answer
    expect([alphaAt(session, 40, 40), session.asking.waiting, session.current!.busy]).toEqual([0, false, false])
    expect(session.asking.cancel()).toBe(false)
  })

  it('never takes a stroke away that was drawn while it was answered', async () => {
    const session = await open()
    const answer = session.asking.ask(click(40, 40), 'click')
    await asked(1)
    paint(session, 42, 42)
    await expect(answer).rejects.toMatchObject({ code: 'painted_meanwhile' })
    expect([alphaAt(session, 42, 42), session.current!.said]).toEqual([255, []])
    const elsewhere = session.asking.ask(click(40, 40), 'click')
    await asked(2)
    paint(session, 250, 150)
    await elsewhere
    expect([alphaAt(session, 40, 40), alphaAt(session, 250, 150)]).toEqual([255, 255])
  })

  it('that is refused or fails says why, and the next one is asked all the same', async () => {
    const session = await open()
    server.answers = 'fails'
    await expect(session.asking.ask(click(40, 40), 'click')).rejects.toMatchObject({ code: 'bad_prompt' })
    server.held = true
    await expect(session.asking.ask(click(40, 40), 'click')).rejects.toBeInstanceOf(ApiError)
    Object.assign(server, { held: false, answers: 'disc' })
    await session.asking.ask(click(40, 40), 'click')
    expect(alphaAt(session, 40, 40)).toBe(255)
  })

  it('on a state that others have left behind shows theirs, with what was painted here', async () => {
    const session = await open()
    const theirs = new Layer(WIDTH, HEIGHT, null, 'unknown')
    const stroke = theirs.begin({ size: 20, hardness: 1, opacity: 1, mode: 'add' })
    stroke.to(250, 150)
    theirs.end(stroke, 'brush')
    paint(session, 40, 40)
    await server.saveAs('anna', 0, theirs.plane)
    await expect(session.asking.ask(click(120, 100), 'click')).rejects.toMatchObject({ code: 'prompt_moved' })
    expect([alphaAt(session, 250, 150), alphaAt(session, 40, 40)]).toEqual([255, 255])
    await session.asking.ask(click(120, 100), 'click')
    expect(alphaAt(session, 120, 100)).toBe(255)
  })

  it('needs a subject', async () => {
    const session = await open()
    session.selected = null
    await session.asking.ask(click(40, 40), 'click')
    expect(new Asking({ ...session, selected: null } as never, () => undefined).waiting).toBe(false)
    expect(server.asked).not.toContain('POST /api/prompts')
  })
})

describe("a click's first answer", () => {
  /** A browser that finds a little square round each click. */
  async function sketching(): Promise<{ session: Session; asking: Asking }> {
    const session = await open()
    session.frames.ready = () => ({}) as ImageBitmap
    const asking = new Asking(session, () => undefined, undefined, async (_, matte, { x, y }) => {
      const data = matte.data.slice()
      for (let row = y - 3; row <= y + 3; row++) data.fill(255, row * WIDTH + x - 3, row * WIDTH + x + 4)
      return { ...matte, data }
    })
    return { session, asking }
  }

  async function shown(asking: Asking): Promise<void> {
    while (!asking.showing) await new Promise((done) => setTimeout(done, 1))
  }

  it("gives way to the server's, in one step", async () => {
    const { session, asking } = await sketching()
    const answer = asking.ask(click(40, 40), 'click')
    await shown(asking)
    expect([alphaAt(session, 42, 42), session.current!.dirty, session.current!.changes().size]).toEqual([255, false, 0])
    await answer
    expect([alphaAt(session, 40, 40), alphaAt(session, 42, 42), asking.showing]).toEqual([255, 0, false])
    session.current!.undo()
    expect([alphaAt(session, 40, 40), session.current!.history.canUndo]).toEqual([0, false])
  })

  it('is taken back with its question', async () => {
    const { session, asking } = await sketching()
    paint(session, 200, 150)
    const answer = asking.ask(click(40, 40), 'click')
    await shown(asking)
    expect([asking.takeBack(), asking.takeBack()]).toEqual([true, false])
    await answer
    expect([alphaAt(session, 40, 40), alphaAt(session, 200, 150), session.current!.said]).toEqual([0, 255, []])
  })

  it('stands where nobody else answers, and is kept through a crash', async () => {
    const { session, asking } = await sketching()
    server.down = true
    await asking.ask(click(40, 40), 'click')
    expect([alphaAt(session, 42, 42), session.current!.said.length, session.current!.busy]).toEqual([255, 1, false])
    await new Promise((done) => setTimeout(done, 20))
    const closing = session.close()
    server.down = false
    expect(alphaAt(await open(), 42, 42)).toBe(255)
    await closing // what it still saves is not for the next test
  })

  it('does not wait for saves that wait for the server', async () => {
    const { session, asking } = await sketching()
    paint(session, 200, 150)
    server.down = true
    const saving = session.saveAll()
    await asking.ask(click(40, 40), 'click')
    expect([alphaAt(session, 42, 42), session.current!.said.length]).toEqual([255, 1])
    server.down = false
    await saving
  })

  it('is not saved before it is kept', async () => {
    const { session, asking } = await sketching()
    paint(session, 60, 40)
    const answer = asking.ask(click(40, 40), 'click')
    await shown(asking)
    expect(session.current!.kept.data[42 * WIDTH + 42]).toBe(0)
    const [tile] = session.current!.changes().values()
    expect(tile![42 * 128 + 42]).toBe(0)
    asking.takeBack()
    await answer
  })

  it('that is refused by the server goes', async () => {
    const { session, asking } = await sketching()
    server.answers = 'fails'
    await expect(asking.ask(click(40, 40), 'click')).rejects.toMatchObject({ code: 'bad_prompt' })
    expect([alphaAt(session, 42, 42), session.current!.busy]).toEqual([0, false])
  })
})

describe('a box', () => {
  it('lies within the picture, whichever way it is drawn', () => {
    expect(boxBetween({ x: 90, y: 80 }, { x: -20, y: 300 }, WIDTH, HEIGHT)).toEqual({ left: 0, top: 80, right: 90, bottom: 200 })
    expect(boxBetween({ x: 5, y: 5 }, { x: 5.4, y: 90 }, WIDTH, HEIGHT)).toBe(null)
  })

  it('is an outline of its corners', () => {
    const outline = outlineOf({ left: 1, top: 2, right: 3, bottom: 4 }, false)
    expect(outline).toEqual({ places: [[1, 2], [3, 2], [3, 4], [1, 4]], inside: false })
  })
})
