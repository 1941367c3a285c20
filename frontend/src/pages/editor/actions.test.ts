import { describe, expect, it } from 'vitest'
import { ACTIONS, actionOf, keyName } from './actions'

describe('the keys', () => {
  it('do one thing each', () => {
    const keys = ACTIONS.flatMap(({ keys }) => keys.map(keyName))
    expect(keys.filter((key, place) => keys.indexOf(key) !== place)).toEqual([])
  })

  it('tell who is away from who is hidden', () => {
    const back = { code: 'Backspace', metaKey: false, altKey: false }
    expect([actionOf({ ...back, shiftKey: true, ctrlKey: false })?.id, actionOf({ ...back, shiftKey: false, ctrlKey: true })?.id]).toEqual(['work.absent', 'work.hidden'])
  })

  it('add somebody and something', () => {
    const shifted = (code: string) => actionOf({ code, shiftKey: true, ctrlKey: false, metaKey: false, altKey: false })?.id
    expect([shifted('KeyA'), shifted('KeyT')]).toEqual(['work.newSubject', 'work.newPart'])
  })
})
