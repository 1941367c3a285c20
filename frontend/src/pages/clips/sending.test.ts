import { expect, it } from 'vitest'
import { markOf } from './sending'

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
