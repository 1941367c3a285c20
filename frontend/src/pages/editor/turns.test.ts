/** A hand that is faster than the line. */
import { describe, expect, it } from 'vitest'
import { Turns } from './turns'

function table(arriving = false) {
  const listeners = new Set<() => void>()
  const session = { arriving, subscribe: (listener: () => void) => (listeners.add(listener), () => listeners.delete(listener)) }
  const done: string[] = []
  const told: boolean[] = []
  const turns: Turns = new Turns(session, () => told.push(turns.waiting))
  const say = (word: string) => () => done.push(word)
  const arrive = () => {
    session.arriving = false
    for (const listener of listeners) listener()
  }
  return { session, turns, done, told, say, arrive }
}

describe('turns', () => {
  it('are taken at once where nothing is missing', () => {
    const { turns, done, told, say } = table()
    turns.take(say('stroke'), true)
    turns.take(say('step'))
    expect([done, turns.waiting, told]).toEqual([['stroke', 'step'], false, []])
  })

  it('wait for the sheet in their order, and all that follows behind them', () => {
    const { turns, done, told, say, arrive } = table(true)
    turns.take(say('zoom'))
    turns.take(say('stroke'), true)
    turns.take(say('step'))
    turns.take(say('copy'), true)
    expect([done, turns.waiting]).toEqual([['zoom'], true])
    arrive()
    expect([done, turns.waiting, told]).toEqual([['zoom', 'stroke', 'step', 'copy'], false, [true, false]])
  })

  it('stop again where a step leads to a frame that is not here yet', () => {
    const { session, turns, done, say, arrive } = table(true)
    turns.take(say('stroke'), true)
    turns.take(() => (session.arriving = true))
    turns.take(say('copy'), true)
    arrive()
    expect([done, turns.waiting]).toEqual([['stroke'], true])
    arrive()
    expect(done).toEqual(['stroke', 'copy'])
  })

  it('count the steps of a deed as part of it, not as later deeds', () => {
    const { turns, done, say, arrive } = table(true)
    turns.take(() => turns.take(say('its own step'), true), true)
    turns.take(say('the next deed'))
    arrive()
    expect(done).toEqual(['its own step', 'the next deed'])
  })

  it('can be given up', () => {
    const { turns, done, told, say, arrive } = table(true)
    turns.take(say('stroke'), true)
    expect([turns.giveUp(), turns.giveUp(), turns.waiting]).toEqual([true, false, false])
    arrive()
    expect([done, told]).toEqual([[], [true, false]])
  })
})
