/** Tiles of 128 pixels: what is saved, undone, journaled and merged. */
import type { Box, Plane } from './planes'

export const TILE = 128

/** A tile's place as one number, so that sets and maps know it. */
export type TileKey = number

export function tileKey(plane: Plane, tx: number, ty: number): TileKey {
  return ty * Math.ceil(plane.width / TILE) + tx
}

export function tilePlace(plane: Plane, key: TileKey): [tx: number, ty: number] {
  const columns = Math.ceil(plane.width / TILE)
  return [key % columns, Math.floor(key / columns)]
}

export function tileBox(plane: Plane, key: TileKey): Box {
  const [tx, ty] = tilePlace(plane, key)
  return {
    left: tx * TILE,
    top: ty * TILE,
    right: Math.min(plane.width, (tx + 1) * TILE),
    bottom: Math.min(plane.height, (ty + 1) * TILE),
  }
}

/** The tiles that a box touches. */
export function tilesOf(plane: Plane, box: Box): TileKey[] {
  const keys: TileKey[] = []
  for (let ty = Math.floor(box.top / TILE); ty * TILE < box.bottom; ty++)
    for (let tx = Math.floor(box.left / TILE); tx * TILE < box.right; tx++) keys.push(tileKey(plane, tx, ty))
  return keys
}

/** The raster of a tile, row by row, clipped at the plane's border. */
export function readTile(plane: Plane, key: TileKey): Uint8Array<ArrayBuffer> {
  const { left, top, right, bottom } = tileBox(plane, key)
  const out = new Uint8Array((right - left) * (bottom - top))
  for (let y = top, at = 0; y < bottom; y++, at += right - left)
    out.set(plane.data.subarray(y * plane.width + left, y * plane.width + right), at)
  return out
}

export function writeTile(plane: Plane, key: TileKey, tile: Uint8Array): void {
  const { left, top, right, bottom } = tileBox(plane, key)
  const width = right - left
  if (tile.length !== width * (bottom - top)) throw new RangeError(`tile ${key} has ${tile.length} bytes`)
  for (let y = top, at = 0; y < bottom; y++, at += width)
    plane.data.set(tile.subarray(at, at + width), y * plane.width + left)
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

export function sameTile(a: Plane, b: Plane, key: TileKey): boolean {
  const { left, top, right, bottom } = tileBox(a, key)
  for (let y = top; y < bottom; y++)
    for (let at = y * a.width + left; at < y * a.width + right; at++) if (a.data[at] !== b.data[at]) return false
  return true
}

/** The tiles in which two planes of one size differ. */
export function changedTiles(a: Plane, b: Plane): TileKey[] {
  const whole = { left: 0, top: 0, right: a.width, bottom: a.height }
  return tilesOf(a, whole).filter((key) => !sameTile(a, b, key))
}

export interface Merge {
  /** Theirs, with mine laid in where only mine changed. */
  merged: Plane
  /** Tiles that both changed, and differently: a person must choose. */
  both: TileKey[]
}

/** Merge two states that grew from one base, tile by tile. */
export function mergeTiles(base: Plane, mine: Plane, theirs: Plane): Merge {
  const merged = { ...theirs, data: theirs.data.slice() }
  const both: TileKey[] = []
  for (const key of changedTiles(base, mine)) {
    if (sameTile(theirs, base, key)) writeTile(merged, key, readTile(mine, key))
    else if (!sameTile(mine, theirs, key)) both.push(key)
  }
  return { merged, both }
}
