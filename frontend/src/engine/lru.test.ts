import { expect, it } from 'vitest'
import { Lru } from './lru'

it('keeps what was used last, within its bytes, and lets go of the rest', () => {
  const gone: string[] = []
  const lru = new Lru<string>(100, (value) => gone.push(value))
  lru.set('a', 'A', 40)
  lru.set('b', 'B', 40)
  lru.get('a')
  lru.set('c', 'C', 40)
  expect([gone, lru.size, lru.has('a'), lru.has('b')]).toEqual([['B'], 80, true, false])
})

it('lets go of the older one of two with the same name, and of all at the end', () => {
  const gone: string[] = []
  const lru = new Lru<string>(100, (value) => gone.push(value))
  lru.set('a', 'old', 40)
  lru.set('a', 'new', 50)
  expect([gone, lru.size]).toEqual([['old'], 50])
  lru.clear()
  expect([gone, lru.size]).toEqual([['old', 'new'], 0])
})

it('never lets go of what must stay, nor of what just came, however full it is', () => {
  const gone: string[] = []
  const lru = new Lru<string>(100, (value) => gone.push(value), (value) => value.startsWith('kept'))
  lru.set('a', 'kept 1', 90)
  lru.set('b', 'free', 5)
  lru.set('c', 'kept 2', 90)
  lru.set('d', 'large', 500)
  expect(gone).toEqual(['free'])
  expect(lru.entries().map(([key]) => key)).toEqual(['a', 'c', 'd'])
})
