import { expect, it } from 'vitest'
import { ApiError, Unreachable } from './client'
import { FileStore } from './fileStore'

const down = new ApiError(503, 'store_down', 'The blob store does not answer.')

/** A store of which each question is answered by the next of `answers`; `seen` are its states while it waits. */
function asked(answers: (Error | null)[]) {
  const seen: boolean[] = []
  const store: FileStore = new FileStore(
    () => {
      const answer = answers.shift()
      return answer ? Promise.reject(answer) : Promise.resolve()
    },
    () => Promise.resolve(seen.push(store.now().down)),
  )
  return { store, seen }
}

it('says that the file store is down, asks until it answers, and lets pictures come again', async () => {
  const { store, seen } = asked([down, new Unreachable('gone'), down, null])
  await store.missing('/api/clips/c/frames/0')
  expect(seen).toEqual([true, false, true])
  expect(store.now()).toEqual({ down: false, epoch: 1 })
})

it('asks once, however many pictures are missing', async () => {
  const { store, seen } = asked([down, null])
  await Promise.all([store.missing('/a'), store.missing('/b'), store.missing('/c')])
  expect([seen, store.now().epoch]).toEqual([[true], 1])
})

it('tries a picture again that is broken by itself, but not for ever', async () => {
  const { store, seen } = asked([])
  for (let times = 0; times < 3; times++) await store.missing('/a')
  expect([seen, store.now().epoch]).toEqual([[], 1])
})
