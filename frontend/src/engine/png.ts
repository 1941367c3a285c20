/** 8-bit grey PNG, exactly: a canvas would pass it through colour management and premultiplied alpha. */
import type { Plane } from './planes'

const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10]

/** Decode a non-interlaced 8-bit grey PNG (PNG specification, third edition). Throws RangeError for any other. */
export async function decodeGreyPng(bytes: Uint8Array): Promise<Plane> {
  if (!SIGNATURE.every((byte, i) => bytes[i] === byte)) throw new RangeError('not a PNG')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const width = view.getUint32(16)
  const height = view.getUint32(20)
  if (bytes[24] !== 8 || bytes[25] !== 0 || bytes[28] !== 0) throw new RangeError('not an 8-bit grey PNG')
  const raw = await inflate(imageData(bytes, view))
  if (raw.length !== height * (width + 1)) throw new RangeError('the PNG is cut short')
  return { width, height, data: unfilter(raw, width, height) }
}

function imageData(bytes: Uint8Array, view: DataView): Uint8Array<ArrayBuffer>[] {
  const parts: Uint8Array<ArrayBuffer>[] = []
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at)
    const kind = String.fromCharCode(...bytes.subarray(at + 4, at + 8))
    if (kind === 'IDAT') parts.push(bytes.slice(at + 8, at + 8 + length))
    at += 12 + length
  }
  return parts
}

export async function inflate(parts: Uint8Array<ArrayBuffer>[]): Promise<Uint8Array> {
  const stream = new Blob(parts).stream().pipeThrough(new DecompressionStream('deflate'))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}

export async function deflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate'))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}

/** Undo the row filters 0–4 for one byte a pixel. A loop for each filter: a 1080p matte has two million pixels, and it
 * is decoded while somebody steps through frames. */
function unfilter(raw: Uint8Array, width: number, height: number): Uint8Array {
  const out = new Uint8Array(width * height)
  let above = new Uint8Array(width)
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (width + 1)]!
    const row = out.subarray(y * width, (y + 1) * width)
    row.set(raw.subarray(y * (width + 1) + 1, (y + 1) * (width + 1)))
    if (filter === 1) addLeft(row)
    else if (filter === 2) addUp(row, above)
    else if (filter === 3) addAverage(row, above)
    else if (filter === 4) addPaeth(row, above)
    else if (filter !== 0) throw new RangeError(`the PNG has a row filter ${filter}`)
    above = row
  }
  return out
}

function addLeft(row: Uint8Array): void {
  for (let x = 1; x < row.length; x++) row[x] = row[x]! + row[x - 1]!
}

function addUp(row: Uint8Array, above: Uint8Array): void {
  for (let x = 0; x < row.length; x++) row[x] = row[x]! + above[x]!
}

function addAverage(row: Uint8Array, above: Uint8Array): void {
  for (let x = 0, left = 0; x < row.length; x++) left = row[x] = (row[x]! + ((left + above[x]!) >> 1)) & 255
}

function addPaeth(row: Uint8Array, above: Uint8Array): void {
  for (let x = 0, left = 0, corner = 0; x < row.length; x++) {
    const up = above[x]!
    const a = Math.abs(up - corner)
    const b = Math.abs(left - corner)
    const c = Math.abs(left + up - 2 * corner)
    const guess = a <= b && a <= c ? left : b <= c ? up : corner
    left = row[x] = (row[x]! + guess) & 255
    corner = up
  }
}
