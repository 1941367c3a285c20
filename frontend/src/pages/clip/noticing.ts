/** What a survey noticed, as the page shows it. */
import type { Schemas } from '../../api/client'

type Suggestion = Schemas['Suggestion']

/** In shares of the picture. */
export interface Rectangle {
  left: number
  top: number
  width: number
  height: number
}

/** Suggestions by kind, in the order in which each kind is first met. */
export function byKind(suggestions: readonly Suggestion[]): [Suggestion['kind'], Suggestion[]][] {
  const found = new Map<Suggestion['kind'], Suggestion[]>()
  for (const one of suggestions) found.set(one.kind, [...(found.get(one.kind) ?? []), one])
  return [...found]
}

/** In pixels; right and bottom are the first outside. */
export interface PixelBox {
  left: number
  top: number
  right: number
  bottom: number
}

/** In shares of the picture, where the pointer stands; it may stand outside. */
export interface Corner {
  across: number
  down: number
}

interface Size {
  width: number
  height: number
}

export function rectangles({ areas }: Pick<Suggestion, 'areas'>, size: Size): Rectangle[] {
  return areas.map(([left = 0, top = 0, right = 0, bottom = 0]) => rectangle({ left, top, right, bottom }, size))
}

export function rectangle({ left, top, right, bottom }: PixelBox, { width, height }: Size): Rectangle {
  return { left: left / width, top: top / height, width: (right - left) / width, height: (bottom - top) / height }
}

/** The pixels between two corners, inside the picture; null while there are none. */
export function between(one: Corner, other: Corner, { width, height }: Size): PixelBox | null {
  const inside = (share: number, pixels: number) => Math.round(Math.min(1, Math.max(0, share)) * pixels)
  const [left, right] = [Math.min(one.across, other.across), Math.max(one.across, other.across)].map((at) => inside(at, width)) as [number, number]
  const [top, bottom] = [Math.min(one.down, other.down), Math.max(one.down, other.down)].map((at) => inside(at, height)) as [number, number]
  return right > left && bottom > top ? { left, top, right, bottom } : null
}
