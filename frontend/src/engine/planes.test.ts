/** What the browser reads is what the server wrote: addresses and bytes below were made by `models.planes`. */
import { describe, expect, it } from 'vitest'
import { decodePlane, readBundle } from './bundle'
import { address, clipBox, emptyPlane, inkBox, joinBoxes, type Plane } from './planes'
import { decodeGreyPng, deflate, inflate } from './png'
import { decodeRle } from './rle'
import { encodeGreyPng } from './testing/png'
import { Random } from './testing/random'
import { sameBytes } from './tiles'

const DISC = 'S1JMRQElAAAANQAAAFg9M24wOEo0TTJOMk4yTjJOMk8wTzJPMDAwMDBPMk8wMDAxTjEwMDAwMDFOMTAxTjJOMk4yTjJOM0w2SGQ+'
const SOFT =
  'iVBORw0KGgoAAAANSUhEUgAAADUAAAAlCAAAAADHW/43AAAC2ElEQVR4AXWVi5bbIAxEweBs+/8f2xPz6twRiffRsmdjbHQZSQjISe3x+NDf43ycZ1UrR8lHyivNNeboaq1d7bqe+ruwT5X/E4x2GivlOHLOa605B1TjHWt96TxFHQaCE3UWid1UH61rGs0CxERBScAccuqftYQVJkNaxVI5LaTmeJqqWAb4QWiIKTB7OKak7LCFxOCyPMyfoR1aBOaZLeWgIkzUVyJnoYaXdrLKRwIz1ZGKmEJJ5i2ozRGenHRkQUVUzsObMVWsZm6LKTSJWUtpV0/hh7dhWmonYd85i0FJqoV7UhqbEWAqOJaKVFIktSowpTmkJDTGObowIWp5P6VXBFEl4hCDQsreiRmYRDsOTaqyo+mbk+lESkxU7wSFd8PjspK1CFE0k5KLrCiRteQlKVWEI2LOILDOBBDYJsURm1yUgweQPUMDmbCuGUj1o18GnBmiq8fsV3oxJsJKv1mUWoBbFD+VkTJamtLZEreVeuwvN2A3RJWXX7Un5WDP55GXqTbXtv36EFh/S+bfo/KNnfajKdn9Tx9z/hiJD28P3+OT9ektKa4+BN7k7WG19R7Tg32nk+JKgxyqp3c+Y7Yf6omKF/1qmB3P6ZKm1+tqcChu0Q1WTaOuiTeTlfKojevNbTKsRQWEinXYUGvsOhTVrGdFBGlLFCeIGeWABVKVS2rXfHvCkRc4+Qo5qvtEYyY2oT5rqby/dOTiJZwjNDmDUszoNCm4ylXhr70MhpgdDb2xoGDUxLCd2Lk4yBmlIYvt6LBCLNUvjA8WoBclt3Uz6FL4zPVU4a3jqiMTOlfcZyVFhRopCSc7Z+83RtDpUreHmsFipMS5ZBWgFtn23Pvc41z5cs5LLJwMri1uIrLwovAJKcLy/UWucO0Wa1xgqnnnLiel3JFIKiaJV+6vTYWXVL6oebElSbkzwcHq7bgnIVc3dnHpQSWdesQUhzkH7H/vZVUJhukvwTWeFhV4cR8AAAAASUVORK5CYII='

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(base64, 'base64'))
}

/** 53 × 37 pixels from their distance to (25, 18), as the Python side drew them. */
function drawn(valueAt: (squared: number) => number): Plane {
  const plane = emptyPlane(53, 37)
  for (let y = 0; y < 37; y++) for (let x = 0; x < 53; x++) plane.data[y * 53 + x] = valueAt((y - 18) ** 2 + (x - 25) ** 2)
  return plane
}

function noise(random: Random, width: number, height: number): Plane {
  const plane = emptyPlane(width, height)
  for (let i = 0; i < plane.data.length; i++) plane.data[i] = random.whole(0, 255)
  return plane
}

describe('the box of the ink', () => {
  it('holds each pixel that is not 0 and no row or column more', () => {
    const random = new Random(5)
    expect(inkBox(emptyPlane(7, 3))).toBeNull()
    for (let round = 0; round < 50; round++) {
      const plane = emptyPlane(random.whole(1, 40), random.whole(1, 30))
      const points = Array.from({ length: random.whole(1, 4) }, () => ({ x: random.whole(0, plane.width - 1), y: random.whole(0, plane.height - 1) }))
      for (const { x, y } of points) plane.data[y * plane.width + x] = random.whole(1, 255)
      const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)]
      expect(inkBox(plane)).toEqual({ left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs) + 1, bottom: Math.max(...ys) + 1 })
    }
  })
})

describe('the address of a plane', () => {
  it('is the one the server computes', async () => {
    expect(await address(drawn((d) => (d < 200 ? 255 : 0)))).toBe('f18101959a141debad299f4ca8971840dd62ced1b946585dda59f9374d8fa95f')
    expect(await address(drawn((d) => Math.max(0, 255 - Math.sqrt(d) * 9)))).toBe('9bcdf02c9d422f6f4d94debb77c4a3621fdbbd7f360c842493a82eb2eca705b6')
    expect(await address(emptyPlane(3, 2))).toBe('75eb8740a78360aebf6f22668ae663a892551b08676b947559bdab75d2aa40a0')
  })

  it('knows a wide plane from a high one', async () => {
    expect(await address(emptyPlane(3, 2))).not.toBe(await address(emptyPlane(2, 3)))
  })
})

describe('a mask', () => {
  it('comes out of its run lengths pixel for pixel', () => {
    expect(decodeRle(bytesOf(DISC))).toEqual(drawn((d) => (d < 200 ? 255 : 0)))
  })

  it('may be all empty or all full', () => {
    expect([...decodeRle(bytesOf('S1JMRQECAAAAAwAAADY=')).data]).toEqual([0, 0, 0, 0, 0, 0])
    expect([...decodeRle(bytesOf('S1JMRQECAAAAAwAAADA2')).data]).toEqual([255, 255, 255, 255, 255, 255])
  })

  it('is refused when its runs are too long or too short', () => {
    const longer = bytesOf('S1JMRQECAAAAAwAAADA3')
    const shorter = bytesOf('S1JMRQECAAAAAwAAADA1')
    expect(() => decodeRle(longer)).toThrow(RangeError)
    expect(() => decodeRle(shorter)).toThrow(RangeError)
  })
})

describe('a matte', () => {
  it('comes out of the PNG that the server wrote', async () => {
    expect(await decodePlane(bytesOf(SOFT))).toEqual(drawn((d) => Math.max(0, 255 - Math.sqrt(d) * 9)))
  })

  it('comes out exact whatever filter each row has', async () => {
    const random = new Random(1)
    for (const [width, height] of [[1, 1], [1, 9], [64, 5], [131, 40]] as const) {
      const plane = noise(random, width, height)
      expect(sameBytes((await decodeGreyPng(encodeGreyPng(plane, () => random.whole(0, 4)))).data, plane.data)).toBe(true)
    }
  })

  it('is refused in colour, cut short, or when it is something else', async () => {
    const good = encodeGreyPng(emptyPlane(4, 4))
    const colour = good.slice()
    colour[25] = 2
    const taller = good.slice()
    taller[23] = 5
    const filter = encodeGreyPng(emptyPlane(4, 4), () => 5)
    for (const bad of [colour, taller, filter, bytesOf('R0lGODlh')]) await expect(decodeGreyPng(bad)).rejects.toThrow(RangeError)
  })
})

describe('what goes over the wire', () => {
  it('is deflated and comes back', async () => {
    const plane = noise(new Random(2), 200, 30)
    const bytes = new Uint8Array(plane.data)
    expect(sameBytes(await inflate([await deflate(bytes)]), bytes)).toBe(true)
  })

  it('is cut into planes by its header, whatever its length', async () => {
    const [a, b] = [encodeGreyPng(drawn(() => 7)), bytesOf(DISC)]
    const entry = (frame: number, offset: number, length: number) => ({ frame, subject: 's', revision: null, layer: 'matte', address: '', kind: 'matte', offset, length })
    const head = new TextEncoder().encode(JSON.stringify({ planes: [entry(3, 0, a.length), entry(4, a.length, b.length)] }))
    const body = await new Blob([new Uint32Array([head.length]), head, a, b]).arrayBuffer()
    const planes = readBundle(body)
    expect(planes.map((plane) => plane.entry.frame)).toEqual([3, 4])
    expect(await decodePlane(planes[0]!.bytes)).toEqual(drawn(() => 7))
    expect(await decodePlane(planes[1]!.bytes)).toEqual(drawn((d) => (d < 200 ? 255 : 0)))
  })
})

describe('boxes', () => {
  it('join to the box round both, and nothing joins to the other', () => {
    const [a, b] = [{ left: 1, top: 2, right: 3, bottom: 4 }, { left: 0, top: 3, right: 2, bottom: 9 }]
    expect(joinBoxes(a, b)).toEqual({ left: 0, top: 2, right: 3, bottom: 9 })
    expect(joinBoxes(null, b)).toEqual(b)
  })

  it('are clipped to whole pixels of the plane, and are nothing outside of it', () => {
    expect(clipBox({ left: -3.5, top: 1.2, right: 2.1, bottom: 99 }, 10, 20)).toEqual({ left: 0, top: 1, right: 3, bottom: 20 })
    expect(clipBox({ left: 10, top: 0, right: 12, bottom: 3 }, 10, 20)).toBeNull()
  })
})
