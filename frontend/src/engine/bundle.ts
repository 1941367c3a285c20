/** application/x-koutu-planes: header length (u32), JSON header, then the encoded planes. */
import { send } from '../api/client'
import { emptyPlane, type Plane } from './planes'
import { decodeGreyPng } from './png'
import { decodeRle, isRle } from './rle'

export interface BundleEntry {
  frame: number
  subject: string
  revision: string | null
  layer: string
  address: string
  kind: string
  offset: number
  length: number
}

export interface BundlePlane {
  entry: BundleEntry
  bytes: Uint8Array
}

export function readBundle(buffer: ArrayBuffer): BundlePlane[] {
  const length = new DataView(buffer).getUint32(0, true)
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length))) as { planes: BundleEntry[] }
  return header.planes.map((entry) => ({
    entry,
    bytes: new Uint8Array(buffer, 4 + length + entry.offset, entry.length),
  }))
}

export async function decodePlane(bytes: Uint8Array): Promise<Plane> {
  return isRle(bytes) ? decodeRle(bytes) : decodeGreyPng(bytes)
}

/** The one matte at an address of the API; blank, of the size of `like`, where there is none. */
export async function fetchMatte(path: string, like: Pick<Plane, 'width' | 'height'>): Promise<Plane> {
  const answer = await send(path)
  const [first] = readBundle(await answer.arrayBuffer())
  return first ? decodePlane(first.bytes) : emptyPlane(like.width, like.height)
}
