import { describe, expect, it, vi } from 'vitest'
import { Plate } from './plate'

const file = (name: string) => ({ name }) as File
const decode = (from: File) => Promise.resolve({ name: from.name, width: 2, height: 2, close: () => undefined } as unknown as ImageBitmap)

async function shown(plate: Plate, place: number): Promise<unknown> {
  await vi.waitFor(() => expect(plate.at(place)).not.toBeNull())
  return (plate.at(place) as unknown as { name: string }).name
}

describe('an own backdrop', () => {
  it('moves in the order of its names, and begins anew', async () => {
    const plate = new Plate(() => undefined, decode)
    plate.take([file('b10.png'), file('b9.png')])
    expect([await shown(plate, 0), await shown(plate, 1), await shown(plate, 2), await shown(plate, -1)]).toEqual(['b9.png', 'b10.png', 'b9.png', 'b10.png'])
  })

  it('tells when it is here', async () => {
    const changed = vi.fn()
    const plate = new Plate(changed, decode)
    plate.take([file('a.png')])
    expect(plate.at(0)).toBeNull()
    await vi.waitFor(() => expect(changed).toHaveBeenCalledTimes(2))
    expect(plate.at(0)).not.toBeNull()
  })

  it('says that a file is no picture, until another is chosen', async () => {
    const plate = new Plate(() => undefined, (from) => (from.name === 'a.txt' ? Promise.reject(new Error('no picture')) : decode(from)))
    plate.take([file('a.txt')])
    plate.at(0)
    await vi.waitFor(() => expect(plate.broken).toBe(true))
    plate.take([file('a.png')])
    expect([plate.broken, await shown(plate, 0)]).toEqual([false, 'a.png'])
  })
})
