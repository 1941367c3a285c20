/** On a real IndexedDB implementation in memory. */
import 'fake-indexeddb/auto'
import { expect, it } from 'vitest'
import { Journal, type Unsent } from './journal'

function unsent(key: string, more: Partial<Unsent> = {}): Unsent {
  return { key, shot: 'one', frame: 3, subject: 's', parent: 'r1', presence: 'present', tiles: new Map([[7, new Uint8Array([1, 2, 3])]]), tools: [{ tool: 'brush', count: 2 }], ...more }
}

it('gives a stroke back after the browser was closed, byte for byte', async () => {
  const before = await Journal.open('ann')
  await before.write(unsent('one:3:s'))
  before.close()
  const after = await Journal.open('ann')
  expect(await after.of('one')).toEqual([unsent('one:3:s')])
  after.close()
})

it('keeps one state of a frame, the newest, and none once it is saved', async () => {
  const journal = await Journal.open('ben')
  await journal.write(unsent('one:3:s'))
  await journal.write(unsent('one:3:s', { tiles: new Map([[8, new Uint8Array([9])]]) }))
  expect((await journal.of('one')).map(({ tiles }) => [...tiles.keys()])).toEqual([[8]])
  await journal.forget('one:3:s')
  expect(await journal.of('one')).toEqual([])
  journal.close()
})

it('keeps the strokes of two people and of two shots apart', async () => {
  const [ann, ben] = [await Journal.open('ann2'), await Journal.open('ben2')]
  await ann.write(unsent('one:3:s'))
  await ann.write(unsent('two:3:s', { shot: 'two' }))
  expect((await ann.of('two')).map(({ key }) => key)).toEqual(['two:3:s'])
  expect(await ben.of('one')).toEqual([])
  ann.close()
  ben.close()
})
