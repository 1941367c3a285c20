/** Grey PNGs for tests, with the row filters one asks for. */
import { deflateSync } from 'node:zlib'
import type { Plane } from '../planes'

/** Encode with filter `filterOf(row)` (0 none, 1 sub, 2 up, 3 average, 4 Paeth). */
export function encodeGreyPng(plane: Plane, filterOf: (row: number) => number = () => 0): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(13)
  new DataView(header.buffer).setUint32(0, plane.width)
  new DataView(header.buffer).setUint32(4, plane.height)
  header[8] = 8
  const chunks = [chunk('IHDR', header), chunk('IDAT', deflateSync(filtered(plane, filterOf))), chunk('IEND', new Uint8Array())]
  return new Uint8Array(Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), ...chunks]))
}

function chunk(kind: string, body: Uint8Array): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(body.length)
  // The checksum is left out: the reader under test is not the one that checks it.
  return Buffer.concat([length, Buffer.from(kind), body, Buffer.alloc(4)])
}

function filtered({ width, height, data }: Plane, filterOf: (row: number) => number): Uint8Array {
  const out = new Uint8Array(height * (width + 1))
  for (let y = 0; y < height; y++) {
    const filter = filterOf(y)
    out[y * (width + 1)] = filter
    for (let x = 0; x < width; x++) {
      const left = x ? data[y * width + x - 1]! : 0
      const up = y ? data[(y - 1) * width + x]! : 0
      const corner = x && y ? data[(y - 1) * width + x - 1]! : 0
      out[y * (width + 1) + 1 + x] = data[y * width + x]! - [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter]!
    }
  }
  return out
}

/** PNG specification, 9.4. */
function paeth(a: number, b: number, c: number): number {
  const p = a + b - c
  const [pa, pb, pc] = [Math.abs(p - a), Math.abs(p - b), Math.abs(p - c)]
  if (pa <= pb && pa <= pc) return a
  return pb <= pc ? b : c
}
