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

/** Undo the row filters 0–4 for one byte a pixel. */
function unfilter(raw: Uint8Array, width: number, height: number): Uint8Array {
  const out = new Uint8Array(width * height)
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (width + 1)]!
    const from = y * (width + 1) + 1
    const to = y * width
    if (filter === 0) {
      out.set(raw.subarray(from, from + width), to)
      continue
    }
    for (let x = 0; x < width; x++) {
      const left = x ? out[to + x - 1]! : 0
      const up = y ? out[to + x - width]! : 0
      const corner = x && y ? out[to + x - width - 1]! : 0
      out[to + x] = raw[from + x]! + predict(filter, left, up, corner)
    }
  }
  return out
}

function predict(filter: number, left: number, up: number, corner: number): number {
  if (filter === 1) return left
  if (filter === 2) return up
  if (filter === 3) return (left + up) >> 1
  const guess = left + up - corner
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)]
  if (a <= b && a <= c) return left
  return b <= c ? up : corner
}
