/** Planes as typed arrays in source pixels, and the address by which server and browser know them. */
import { createSHA256 } from 'hash-wasm'

/** One 8-bit plane, row by row. */
export interface Plane {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

export function emptyPlane(width: number, height: number): Plane {
  return { width, height, data: new Uint8Array(width * height) }
}

export function copyPlane(plane: Plane): Plane {
  return { ...plane, data: plane.data.slice() }
}

const MARK = new TextEncoder().encode('koutu-plane')
const VERSION = 1

/** SHA-256 over mark, version, height, width and raster: the same bytes as `models.planes.address`. */
export async function address(plane: Plane): Promise<string> {
  const header = new Uint8Array(MARK.length + 9)
  header.set(MARK)
  const view = new DataView(header.buffer)
  view.setUint8(MARK.length, VERSION)
  view.setUint32(MARK.length + 1, plane.height, true)
  view.setUint32(MARK.length + 5, plane.width, true)
  // In wasm: crypto.subtle is missing on plain http, which is how a LAN is served.
  const hash = await createSHA256()
  return hash.init().update(header).update(plane.data).digest('hex')
}

/** A rectangle in pixels; right and bottom are outside. */
export interface Box {
  left: number
  top: number
  right: number
  bottom: number
}

export function joinBoxes(a: Box | null, b: Box | null): Box | null {
  if (!a || !b) return a ?? b
  return {
    left: Math.min(a.left, b.left),
    top: Math.min(a.top, b.top),
    right: Math.max(a.right, b.right),
    bottom: Math.max(a.bottom, b.bottom),
  }
}

/** The smallest box that holds every pixel that is not 0; null where all are. */
export function inkBox({ width, height, data }: Plane): Box | null {
  const box = { left: width, top: height, right: 0, bottom: 0 }
  for (let y = 0; y < height; y++) {
    const row = y * width
    let x = 0
    while (x < width && data[row + x] === 0) x++
    if (x === width) continue
    let end = width
    while (data[row + end - 1] === 0) end--
    box.left = Math.min(box.left, x)
    box.right = Math.max(box.right, end)
    box.top = Math.min(box.top, y)
    box.bottom = y + 1
  }
  return box.right ? box : null
}

export function clipBox(box: Box, width: number, height: number): Box | null {
  const clipped = {
    left: Math.max(0, Math.floor(box.left)),
    top: Math.max(0, Math.floor(box.top)),
    right: Math.min(width, Math.ceil(box.right)),
    bottom: Math.min(height, Math.ceil(box.bottom)),
  }
  return clipped.left < clipped.right && clipped.top < clipped.bottom ? clipped : null
}
