/** Masks as COCO compressed run lengths in Koutu's container: "KRLE", version u8, height u32, width u32, counts. */
import type { Plane } from './planes'

const HEADER = 13

export function isRle(bytes: Uint8Array): boolean {
  return bytes[0] === 0x4b && bytes[1] === 0x52 && bytes[2] === 0x4c && bytes[3] === 0x45
}

/** Decode a mask (0/255). Throws RangeError where the counts do not fill the plane. */
export function decodeRle(bytes: Uint8Array): Plane {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const height = view.getUint32(5, true)
  const width = view.getUint32(9, true)
  const data = new Uint8Array(width * height)
  let at = 0
  let value = 0
  for (const run of runs(bytes.subarray(HEADER))) {
    if (at + run > data.length) throw new RangeError('run lengths reach outside of the plane')
    if (value) fillColumnwise(data, width, height, at, run)
    at += run
    value = 255 - value
  }
  if (at !== data.length) throw new RangeError('run lengths do not fill the plane')
  return { width, height, data }
}

/** Runs go down the columns, the plane's rows go across. */
function fillColumnwise(data: Uint8Array, width: number, height: number, start: number, count: number): void {
  let x = Math.floor(start / height)
  let y = start - x * height
  for (let left = count; left > 0; left--) {
    data[y * width + x] = 255
    if (++y === height) {
      y = 0
      x++
    }
  }
}

/** The numbers of pycocotools' rleFrString: 5 bits a letter, least first, from the third on as differences. */
function* runs(letters: Uint8Array): Generator<number> {
  const counts: number[] = []
  let at = 0
  while (at < letters.length) {
    let value = 0
    let shift = 0
    let more = true
    while (more) {
      const bits = letters[at++]! - 48
      value |= (bits & 0x1f) << (5 * shift++)
      more = (bits & 0x20) !== 0
      if (!more && bits & 0x10) value |= -1 << (5 * shift)
    }
    if (counts.length > 2) value += counts[counts.length - 2]!
    counts.push(value)
    yield value
  }
}
