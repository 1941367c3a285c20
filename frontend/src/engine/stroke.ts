/** One stroke of a round brush on a plane. Stamps come up to their opacity and not beyond, however often one goes over a
 * place within a stroke: at full flow each at once, at less each by a share of what is missing. Integer results: the same points give the same bytes anywhere. */
import { clipBox, joinBoxes, type Box, type Plane } from './planes'
import { readTile, tileBox, tilesOf, type TileKey } from './tiles'

export interface Brush {
  /** Diameter in source pixels. */
  size: number
  /** 0–1: the share of the radius that is fully covered. */
  hardness: number
  /** 0–1 */
  opacity: number
  /** 0–1: the share of what is missing that one stamp adds; all of it where nothing is said. */
  flow?: number
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
    const length = distance(x - fromX, y - fromY)
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
    const tip = tipOf(this.brush, x, y, pressure)
    const area = { left: x - tip.outer, top: y - tip.outer, right: x + tip.outer, bottom: y + tip.outer }
    const box = clipBox(area, this.plane.width, this.plane.height)
    if (!box) return null
    for (const key of tilesOf(this.plane, box)) this.stampTile(key, tip, box)
    return box
  }

  private stampTile(key: TileKey, tip: Tip, box: Box): void {
    const tile = tileBox(this.plane, key)
    const { before, coverage } = this.open(key, tile)
    const { data, width } = this.plane
    const wide = tile.right - tile.left
    const { mode, flow = 1 } = this.brush
    const subtract = mode === 'subtract'
    const [top, bottom] = [Math.max(tile.top, box.top), Math.min(tile.bottom, box.bottom)]
    for (let py = top; py < bottom; py++) {
      const dy = py + 0.5 - tip.y
      const half = Math.sqrt(Math.max(0, tip.outer * tip.outer - dy * dy))
      const left = Math.max(tile.left, Math.floor(tip.x - half))
      const right = Math.min(tile.right, Math.ceil(tip.x + half))
      let at = (py - tile.top) * wide + (left - tile.left)
      for (let px = left; px < right; px++, at++) {
        const goal = coverOf(tip, px + 0.5 - tip.x, dy)
        const there = coverage[at]!
        if (goal <= there) continue
        // Rounded up: the last step to the goal would never be made.
        const cover = there + Math.ceil((goal - there) * flow)
        coverage[at] = cover
        const old = before[at]!
        const change = subtract ? -old * cover : (255 - old) * cover
        data[py * width + px] = Math.round(old + change / 255)
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

/** A brush at rest in one place: fully covered to `inner`, smoothly to nothing at `outer`, in pixels. */
interface Tip {
  x: number
  y: number
  inner: number
  outer: number
  /** 0–255 */
  strength: number
}

function tipOf(brush: Brush, x: number, y: number, pressure: number): Tip {
  const radius = Math.max(0.5, brush.size / 2)
  // Even the hardest edge takes one pixel, or it would be a staircase.
  const inner = Math.min(radius * brush.hardness, radius - 0.5)
  return { x, y, inner, outer: Math.max(radius, inner + 1), strength: 255 * brush.opacity * pressure }
}

function coverOf(tip: Tip, dx: number, dy: number): number {
  const squared = dx * dx + dy * dy
  if (squared <= tip.inner * tip.inner) return Math.round(tip.strength)
  if (squared >= tip.outer * tip.outer) return 0
  const t = (tip.outer - Math.sqrt(squared)) / (tip.outer - tip.inner)
  return Math.round(tip.strength * t * t * (3 - 2 * t))
}

/** Not Math.hypot: its last bit differs between browsers, a square root's does not (IEEE 754). */
function distance(dx: number, dy: number): number {
  return Math.sqrt(dx * dx + dy * dy)
}
