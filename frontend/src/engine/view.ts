/** Zoom and pan: source pixels ↔ screen pixels. Mask maths never sees them. */
import { clamp } from './clamp'
import type { Box } from './planes'

export const MAX_SCALE = 32
export const MIN_SCALE = 0.05

export interface Point {
  x: number
  y: number
}

/** `scale` screen pixels a source pixel (times `aspect` across, for pixels that are not square); (x, y) is where the
 * source's corner stands on the screen. */
export interface View {
  scale: number
  aspect: number
  x: number
  y: number
}

export function toScreen(view: View, point: Point): Point {
  return { x: view.x + point.x * view.scale * view.aspect, y: view.y + point.y * view.scale }
}

export function toSource(view: View, point: Point): Point {
  return { x: (point.x - view.x) / (view.scale * view.aspect), y: (point.y - view.y) / view.scale }
}

/** The view that shows the whole picture with a margin. */
export function fit(width: number, height: number, screen: { width: number; height: number }, aspect = 1, margin = 12): View {
  const room = { width: Math.max(1, screen.width - 2 * margin), height: Math.max(1, screen.height - 2 * margin) }
  const scale = clamp(Math.min(room.width / (width * aspect), room.height / height), MIN_SCALE, MAX_SCALE)
  return centre({ scale, aspect, x: 0, y: 0 }, width, height, screen)
}

export function centre(view: View, width: number, height: number, screen: { width: number; height: number }): View {
  return {
    ...view,
    x: (screen.width - width * view.scale * view.aspect) / 2,
    y: (screen.height - height * view.scale) / 2,
  }
}

/** Zoom by `factor`, keeping what is under the pointer there. */
export function zoomAt(view: View, at: Point, factor: number): View {
  const scale = clamp(view.scale * factor, MIN_SCALE, MAX_SCALE)
  const held = toSource(view, at)
  return { ...view, scale, x: at.x - held.x * scale * view.aspect, y: at.y - held.y * scale }
}

export function pan(view: View, dx: number, dy: number): View {
  return { ...view, x: view.x + dx, y: view.y + dy }
}

/** The part of the picture that the screen shows, in source pixels. */
export function seen(view: View, width: number, height: number, screen: { width: number; height: number }): Box {
  const from = toSource(view, { x: 0, y: 0 })
  const to = toSource(view, { x: screen.width, y: screen.height })
  const [left, top] = [clamp(from.x, 0, width), clamp(from.y, 0, height)]
  return { left, top, right: clamp(to.x, left, width), bottom: clamp(to.y, top, height) }
}

/** As near as before, with a point of the source in the middle of the screen. */
export function centreOn(view: View, at: Point, screen: { width: number; height: number }): View {
  return { ...view, x: screen.width / 2 - at.x * view.scale * view.aspect, y: screen.height / 2 - at.y * view.scale }
}
