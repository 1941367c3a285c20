/** The browser's answer to a click, against numbers that Python made (tests/models/interaction/browser.py). */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as ort from 'onnxruntime-web'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Said } from '../history'
import { emptyPlane, inkBox, type Plane } from '../planes'
import { answered, maskOf, type Cut, type Network } from './answering'
import { bandRadius } from './band'
import fixture from './fixture.json'
import { guided } from './guided'
import { inputsOf } from './planes'
import { eachBound, eachNear, reachOf, type Mask } from './reach'
import { resized } from './resize'
import { SIDE, viewOf } from './view'

const [WIDE, HIGH] = [96, 64]
const CLICK: Said = { x: 58.3, y: 31.6, inside: true }
const each = (is: (x: number, y: number) => number) => Uint8Array.from({ length: WIDE * HIGH }, (_, at) => is(at % WIDE, Math.floor(at / WIDE)))
const inWhole = (x: number, y: number) => ((x - 46) / 20) ** 2 + ((y - 32) / 26) ** 2 <= 1
const WHOLE: Mask = { width: WIDE, height: HIGH, data: each((x, y) => +inWhole(x, y)) }
const MASK: Mask = { width: WIDE, height: HIGH, data: each((x, y) => +(inWhole(x, y) && x < 52)) }

/** Some of the drawn picture. */
const cut: Cut = ({ left, top, right, bottom }) => {
  const [width, height] = [right - left, bottom - top]
  const data = new Uint8Array(4 * width * height)
  for (let at = 0; at < width * height; at++) {
    const [x, y] = [left + (at % width), top + Math.floor(at / width)]
    const colour = inWhole(x, y) ? [190, 120, 80] : [40, 90, 60]
    colour.forEach((value, channel) => (data[4 * at + channel] = value + ((x * 7 + y * 13) % 23)))
  }
  return { width, height, data }
}
const ALL = { left: 0, top: 0, right: WIDE, bottom: HIGH }

function near(mask: Mask, click: Said, reach: number): number[] {
  const rows = new Array<number>(mask.height).fill(0)
  eachNear(mask, click, reach, (place) => rows[Math.floor(place / mask.width)]!++)
  return rows
}

let network: Network

beforeAll(async () => {
  ort.env.wasm.numThreads = 1
  const file = readFileSync(join(import.meta.dirname, '../../../../models/weights/koutu-s-small.onnx'))
  const session = await ort.InferenceSession.create(file)
  network = async ({ image, prior, positive, negative, given }) => {
    const plane = (data: Float32Array, channels = 1) => new ort.Tensor('float32', data, [1, channels, SIDE, SIDE])
    const asked = { image: plane(image, 3), prior: plane(prior), positive: plane(positive), negative: plane(negative) }
    const { mask } = await session.run({ ...asked, given: new ort.Tensor('float32', given, [1]) })
    return mask!.data as Float32Array
  }
}, 60_000)

describe('the same as Python', () => {
  it('in where a click reaches', () => {
    expect(near(MASK, CLICK, reachOf(MASK, CLICK))).toEqual(fixture.rows)
    for (const [radius, rows] of Object.entries(fixture.circles))
      expect(near({ width: 99, height: 99, data: new Uint8Array() }, { x: 49, y: 49, inside: true }, Number(radius)).filter(Boolean)).toEqual(rows)
  })

  it('in what a click binds', () => {
    let bound = 0
    eachBound(MASK, CLICK, () => bound++)
    expect(bound).toBe(fixture.bound)
  })

  it('in the window that is looked at', () => {
    for (const { height, width, ink, place, view } of fixture.views) {
      const box = ink && { left: ink[0]!, top: ink[1]!, right: ink[2]!, bottom: ink[3]! }
      const found = viewOf({ x: place[0]!, y: place[1]!, inside: true }, box, { width, height })
      expect([found.left, found.top, found.right, found.bottom, found.height, found.width]).toEqual(view)
    }
  })

  it('in resizing', () => {
    const ramp = { width: 30, height: 20, data: Float32Array.from({ length: 600 }, (_, at) => (at * 7) % 31) }
    for (const [want, width, height] of [[fixture.smaller, 13, 9], [fixture.larger, 35, 23]] as const) {
      const found = resized(ramp, width, height).data
      expect(Math.max(...want.map((value, at) => Math.abs(value - found[at]!)))).toBeLessThan(2e-3)
    }
  })

  it('in the band and its solver', () => {
    for (const [height, width, radius] of fixture.bands) expect(bandRadius(width!, height!)).toBe(radius)
    const alpha = guided(cut(ALL), each((x) => (x < 40 ? 255 : x < 60 ? 128 : 0)))
    fixture.guided.forEach((row, y) => row.forEach((value, x) => expect(Math.abs(alpha[8 * y * WIDE + x]! - value)).toBeLessThanOrEqual(2)))
  })

  it('in what the network is given, and so in what it says', async () => {
    const view = viewOf(CLICK, inkBox(MASK), MASK)
    expect([view.left, view.top, view.right, view.bottom, view.height, view.width]).toEqual(fixture.view)
    const logits = await network(inputsOf(cut(ALL), MASK, [CLICK], view))
    const found = fixture.answer.map((_, at) => logits[4 * Math.floor(at / (WIDE / 4)) * SIDE + 4 * (at % (WIDE / 4))]!)
    expect(Math.max(...fixture.answer.map((value, at) => Math.abs(value - found[at]!)))).toBeLessThan(0.05)
  }, 30_000)
})

describe('a click', () => {
  const matte = (mask: Mask): Plane => ({ ...mask, data: mask.data.map((is) => 255 * is) })
  const differ = (one: Plane, other: Plane) => [...one.data.keys()].filter((place) => one.data[place] !== other.data[place])

  it.each([true, false])('changes nothing beyond its reach (inside: %s)', async (inside) => {
    const before = matte(inside ? MASK : WHOLE)
    const click = { ...CLICK, inside }
    const after = await answered(cut, before, click, [], network)
    const far = new Set<number>()
    // The band of what changed is solved anew: two radii of 2 pixels and a little.
    eachNear(before, click, reachOf(maskOf(before), click) + 6, (place) => far.add(place))
    expect(differ(before, after).filter((place) => !far.has(place))).toEqual([])
    expect(after.data[31 * WIDE + 58]).toBe(inside ? 255 : 0)
  }, 30_000)

  it('on nothing that says "not this" finds nobody', async () => {
    const nothing = emptyPlane(WIDE, HIGH)
    expect(differ(nothing, await answered(cut, nothing, { ...CLICK, inside: false }, [], network))).toEqual([])
  }, 30_000)
})
