/** Whose parts are: a veil of Anna's, a sword that Anna throws to Bo, and a crown of nobody. */
import { describe, expect, it } from 'vitest'
import { applied, freeFrom, groupsAt, groupsOf, heldFrom, listed, ownersAt, stacked, tidy, wrongWith, type Entity, type Owned } from './parts'

const owned = (subject: string, first: number, last: number): Owned => ({ subject, first, last })
const one = (id: string, kind: Entity['kind'], ...owners: Owned[]): Entity => ({ id, kind, owners })

const anna = one('anna', 'person')
const bo = one('bo', 'person')
const sword = one('sword', 'weapon', owned('anna', 0, 40), owned('bo', 46, 99))
const veil = one('veil', 'veil', owned('anna', 0, 99))
const crown = one('crown', 'headdress')
const shot = [anna, bo, crown, sword, veil]

const shown = (frame: number) => {
  const { people, free } = groupsAt(shot, frame)
  return [...people.map(({ person, parts }) => [person, ...parts].map(({ id }) => id).join(' ')), free.map(({ id }) => id).join(' ')]
}
const told = (owners: Owned[]) => owners.map(({ subject, first, last }) => `${subject} ${first}–${last}`)

describe('parts', () => {
  it('stand below who holds them on that frame, and what is in flight by itself', () => {
    expect(shown(40)).toEqual(['anna sword veil', 'bo', 'crown'])
    expect(shown(43)).toEqual(['anna veil', 'bo', 'crown sword'])
    expect(shown(46)).toEqual(['anna veil', 'bo sword', 'crown'])
  })

  it('held by two stand with both, and are stepped through once', () => {
    const handed = one('sword', 'weapon', owned('anna', 0, 50), owned('bo', 46, 99))
    const groups = groupsAt([anna, bo, handed], 48)
    expect(groups.people.map(({ parts }) => parts.length)).toEqual([1, 1])
    expect(listed(groups).map(({ id }) => id)).toEqual(['anna', 'sword', 'bo'])
    expect(ownersAt(handed, 48)).toEqual(['anna', 'bo'])
  })

  it('have one place in the shot: with who owns them first, of those that are still there', () => {
    expect(listed(groupsOf(shot)).map(({ id }) => id)).toEqual(['anna', 'sword', 'veil', 'bo', 'crown'])
    expect(listed(groupsOf([bo, sword, crown])).map(({ id }) => id)).toEqual(['bo', 'sword', 'crown'])
  })
})

describe('saying whose a part is', () => {
  it('from a frame on: another person’s, and nobody else’s', () => {
    expect(told(heldFrom(sword.owners, 30, 'bo', 99))).toEqual(['anna 0–29', 'bo 30–99'])
    expect(told(heldFrom(sword.owners, 0, 'bo', 99))).toEqual(['bo 0–99'])
    expect(told(heldFrom([], 10, 'bo', 99))).toEqual(['bo 10–99'])
  })

  it('from a frame on: its own owner’s again, as one span', () => {
    expect(told(heldFrom(sword.owners, 20, 'anna', 99))).toEqual(['anna 0–99'])
  })

  it('nobody’s from a frame on', () => {
    expect(told(freeFrom(sword.owners, 50))).toEqual(['anna 0–40', 'bo 46–49'])
    expect(told(freeFrom(sword.owners, 41))).toEqual(['anna 0–40'])
    expect(freeFrom(sword.owners, 0)).toEqual([])
  })

  it('joins what touches, of one person only, and leaves what it was given', () => {
    const given = [owned('bo', 5, 9), owned('anna', 6, 7), owned('bo', 0, 4)]
    expect(told(tidy(given))).toEqual(['bo 0–9', 'anna 6–7'])
    expect(told(given)).toEqual(['bo 5–9', 'anna 6–7', 'bo 0–4'])
  })

  it('is checked against the shot', () => {
    const within = { first: 10, last: 20 }
    expect([[10, 20], [15, 14], [9, 12], [12, 21], [NaN, 12], [10.5, 12]].map(([first, last]) => wrongWith({ first: first!, last: last! }, within)))
      .toEqual([null, 'turned', 'outside', 'outside', 'empty', 'empty']) // prettier-ignore
  })
})

describe('what the masks show, applied', () => {
  const change = { frame: 20, owner: 'bo', before: 'anna' }

  it('holds for as long as the record says the same', () => {
    expect(told(applied(sword.owners, change, [change], 99))).toEqual(['anna 0–19', 'bo 20–40', 'bo 46–99'])
  })

  it('ends where the next change is seen', () => {
    const flight = { frame: 20, owner: null, before: 'anna' }
    const caught = { frame: 25, owner: 'bo', before: 'anna' }
    const first = applied([owned('anna', 0, 99)], flight, [flight, caught], 99)
    expect(told(first)).toEqual(['anna 0–19', 'anna 25–99'])
    expect(told(applied(first, caught, [caught], 99))).toEqual(['anna 0–19', 'bo 25–99'])
  })

  it('fills what is nobody’s up to the next owner', () => {
    expect(told(applied(sword.owners, { frame: 43, owner: 'anna', before: null }, [], 99))).toEqual(['anna 0–40', 'anna 43–45', 'bo 46–99'])
    expect(told(applied([], { frame: 43, owner: 'bo' }, [], 99))).toEqual(['bo 43–99'])
  })

  it('takes nothing from who holds it besides', () => {
    expect(told(applied([...veil.owners, owned('bo', 0, 99)], { frame: 50, owner: null, before: 'anna' }, [], 99))).toEqual(['anna 0–49', 'bo 0–99'])
  })
})

describe('spans in rows', () => {
  it('are one below the other only where they are at the same time', () => {
    expect(stacked([owned('bo', 30, 60), owned('anna', 0, 40), owned('anna', 61, 99)]).map(({ subject, row }) => [subject, row])).toEqual([['anna', 0], ['bo', 1], ['anna', 0]])
  })
})
