import { describe, expect, it } from 'vitest'
import { ApiError, Unreachable } from '../../api/client'
import { markOf, settle, type Unfinished } from './sending'

it('knows a file by its size and both ends', async () => {
  const one = new File(['abc'], 'a.mp4')
  expect(await markOf(one)).toBe(await markOf(new File(['abc'], 'b.mp4')))
  expect(await markOf(one)).not.toBe(await markOf(new File(['abd'], 'a.mp4')))
})

it('tells a file that cannot be read any more from a server that does not answer', async () => {
  const gone = new File(['abc'], 'a.mp4')
  gone.slice = () => ({ arrayBuffer: () => Promise.reject(new DOMException('changed', 'NotReadableError')) }) as unknown as Blob
  await expect(markOf(gone)).rejects.toMatchObject({ code: 'file_changed' })
})

describe('a file that is there whole', () => {
  const down = new ApiError(503, 'store_down', 'The blob store does not answer.')
  const whole = { clip: 'c1' } as Unfinished
  /** What a watcher was told, while the server answers one after the other. */
  async function told(answers: (Unfinished | Error)[], given = new AbortController()) {
    const said: unknown[] = []
    const ask = () => {
      const answer = answers.shift()!
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)
    }
    const watcher = { from: () => {}, sent: () => {}, stalled: (stall: unknown) => said.push(stall), done: (one: unknown) => said.push(one), failed: (error: unknown) => said.push(error) }
    await settle(ask, watcher, given.signal, [0, 0])
    return said
  }

  it('waits for the file store and goes on by itself', async () => {
    expect(await told([down, new Unreachable('gone'), whole])).toEqual(['store', 'connection', whole])
  })

  it('fails only after some minutes, and at once where waiting mends nothing', async () => {
    expect(await told([down, down, down])).toEqual(['store', 'store', down])
    const full = new ApiError(400, 'quota', 'full')
    expect(await told([full])).toEqual([full])
  })

  it('is asked for no more once it was cancelled', async () => {
    const given = new AbortController()
    given.abort()
    expect(await told([down], given)).toEqual([])
  })
})
