/** One stroke of a round brush on a plane. Stamps join by their maximum, so that going over a place once more within
 * a stroke does not build up beyond the opacity. Integer results: the same points give the same bytes anywhere. */
import { clipBox, joinBoxes, type Box, type Plane } from './planes'
import { readTile, tileBox, tilesOf, type TileKey } from './tiles'

export interface Brush {
  /** Diameter in source pixels. */
  size: number
  /** 0–1: the share of the radius that is fully covered. */
  hardness: number
  /** 0–1 */
  opacity: number
  mode: 'add' | 'subtract'
}

/** Stamps stand a quarter of the radius apart, never less than half a pixel. */
export function spacing(size: number): number {
  return Math.max(0.5, size / 8)
}

export class Stroke {
  /** Tiles as they were before the stroke, by key. */
  readonly before = new Map<TileKey, Uint8Array<ArrayBuffer>>()
  private readonly coverage = new Map<TileKey, Uint8Array>()
  private last: { x: number; y: number } | null = null
  private rest = 0

  constructor(
    private readonly plane: Plane,
    private readonly brush: Brush,
  ) {}

  /** Draw on to (x, y), in source pixels; returns the box that changed. */
  to(x: number, y: number, pressure = 1): Box | null {
    if (!this.last) {
      this.last = { x, y }
      return this.stamp(x, y, pressure)
    }
    const { x: fromX, y: fromY } = this.last
    const length = Math.hypot(x - fromX, y - fromY)
    const step = spacing(this.brush.size)
    let box: Box | null = null
    let at = step - this.rest
    for (; at <= length; at += step) {
      const t = at / length
      box = joinBoxes(box, this.stamp(fromX + (x - fromX) * t, fromY + (y - fromY) * t, pressure))
    }
    this.rest = length - (at - step)
    this.last = { x, y }
    return box
  }

  private stamp(x: number, y: number, pressure: number): Box | null {
    const radius = Math.max(0.5, this.brush.size / 2)
    const area = { left: x - radius - 1, top: y - radius - 1, right: x + radius + 1, bottom: y + radius + 1 }
    const box = clipBox(area, this.plane.width, this.plane.height)
    if (!box) return null
    for (const key of tilesOf(this.plane, box)) this.stampTile(key, x, y, radius, pressure, box)
    return box
  }

  private stampTile(key: TileKey, x: number, y: number, radius: number, pressure: number, box: Box): void {
    const tile = tileBox(this.plane, key)
    const { before, coverage } = this.open(key, tile)
    const wide = tile.right - tile.left
    const strength = 255 * this.brush.opacity * pressure
    const subtract = this.brush.mode === 'subtract'
    const [top, bottom] = [Math.max(tile.top, box.top), Math.min(tile.bottom, box.bottom)]
    const [left, right] = [Math.max(tile.left, box.left), Math.min(tile.right, box.right)]
    for (let py = top; py < bottom; py++) {
      for (let px = left; px < right; px++) {
        const cover = Math.round(strength * falloff(Math.hypot(px + 0.5 - x, py + 0.5 - y), radius, this.brush.hardness))
        const at = (py - tile.top) * wide + (px - tile.left)
        if (cover <= coverage[at]!) continue
        coverage[at] = cover
        const old = before[at]!
        const change = subtract ? -old * cover : (255 - old) * cover
        this.plane.data[py * this.plane.width + px] = Math.round(old + change / 255)
      }
    }
  }

  private open(key: TileKey, tile: Box): { before: Uint8Array; coverage: Uint8Array } {
    let before = this.before.get(key)
    let coverage = this.coverage.get(key)
    if (!before || !coverage) {
      before = readTile(this.plane, key)
      coverage = new Uint8Array((tile.right - tile.left) * (tile.bottom - tile.top))
      this.before.set(key, before)
      this.coverage.set(key, coverage)
    }
    return { before, coverage }
  }
}

/** Share covered at a distance from the centre: full inside the hard part, then smoothly to nothing at the radius. */
export function falloff(distance: number, radius: number, hardness: number): number {
  // Even the hardest edge takes one pixel, or it would be a staircase.
  const inner = Math.min(radius * hardness, radius - 0.5)
  if (distance <= inner) return 1
  const outer = Math.max(radius, inner + 1)
  if (distance >= outer) return 0
  const t = (outer - distance) / (outer - inner)
  return t * t * (3 - 2 * t)
}

