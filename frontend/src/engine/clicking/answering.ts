/** A click answered by the small network, held to what the click can reach: what `models.interaction` does on the server
 * by colours, sooner and more roughly. A first click means somebody; one on what is there corrects it in its own sense. */
import type { Said } from '../history'
import { inkBox, type Plane } from '../planes'
import { softened } from './band'
import { back, inputsOf, type Inputs, type Picture } from './planes'
import { eachBound, eachNear, reachOf, type Mask } from './reach'
import { viewOf, type View } from './view'

/** Logits of who is meant, on the network's canvas. */
export type Network = (inputs: Inputs) => Promise<Float32Array>
/** The pixels of a part of the frame. */
export type Cut = (box: { left: number; top: number; right: number; bottom: number }) => Picture

export const LEVEL = 128
/** Of a prior, for its logit: as the network's own. */
const LEAST = 1 / 1020

/** The matte after a `click`; `earlier` are the clicks before it. */
export async function answered(cut: Cut, matte: Plane, click: Said, earlier: readonly Said[], network: Network): Promise<Plane> {
  const mask = maskOf(matte)
  const after = await maskAfter(cut, mask, click, earlier, network)
  return softened(cut, matte, mask, after, boundOf(mask, click, earlier))
}

/** By pixel, 255 and 0 where a click says so. An earlier one binds only where the mask agrees with it: where it does not, a
 * brush has spoken since. */
function boundOf(mask: Mask, click: Said, earlier: readonly Said[]): Map<number, number> {
  const bound = new Map<number, number>()
  for (const one of earlier) eachBound(mask, one, (place) => mask.data[place] === +one.inside && bound.set(place, 255 * +one.inside))
  eachBound(mask, click, (place) => bound.set(place, 255 * +click.inside))
  return bound
}

export function maskOf({ width, height, data }: Plane): Mask {
  return { width, height, data: data.map((alpha) => +(alpha >= LEVEL)) }
}

export async function maskAfter(cut: Cut, mask: Mask, click: Said, earlier: readonly Said[], network: Network): Promise<Mask> {
  const ink = inkBox(mask)
  const found = { ...mask, data: mask.data.slice() }
  // Somebody is meant only by a place that is theirs.
  if (ink || click.inside) {
    const view = viewOf(click, ink, mask)
    const inputs = inputsOf(cut(view), ink && mask, [...earlier, click], view)
    const logits = await network(inputs)
    const meant = ink ? corrected(mask, logits, inputs.prior, view) : asFound(mask, logits, view)
    const reach = ink ? reachOf(mask, click) : Math.hypot(mask.width, mask.height)
    hang(found, meant, click, reach)
  }
  for (const [place, level] of boundOf(mask, click, earlier)) found.data[place] = +(level > 0)
  return found
}

function asFound(mask: Mask, logits: Float32Array, view: View): Uint8Array {
  return laid(mask, view, back(logits, view).data, (logit) => logit >= 0)
}

/** What was there by its logits, with those changed as the network changed its prior. */
function corrected(mask: Mask, logits: Float32Array, prior: Float32Array, view: View): Uint8Array {
  const change = logits.map((logit, at) => logit - logitOf(prior[at]!))
  return laid(mask, view, back(change, view).data, (more, was) => logitOf(was) + more >= 0)
}

function logitOf(share: number): number {
  const held = Math.min(1 - LEAST, Math.max(LEAST, share))
  return Math.log(held / (1 - held))
}

function laid(mask: Mask, view: View, values: Float32Array, is: (value: number, was: number) => boolean): Uint8Array {
  const out = mask.data.slice()
  const wide = view.right - view.left
  for (let y = view.top; y < view.bottom; y++)
    for (let x = view.left; x < view.right; x++) {
      const place = y * mask.width + x
      out[place] = +is(values[(y - view.top) * wide + x - view.left]!, mask.data[place]!)
    }
  return out
}

/** Lay into `found` what becomes as the click says, within its reach and in one piece with its place. */
function hang(found: Mask, meant: Uint8Array, click: Said, reach: number): void {
  const { width, height, data } = found
  const sense = +click.inside
  const open = new Uint8Array(data.length)
  const changes = (place: number) => (open[place] = +(meant[place] === sense && data[place] !== sense))
  if (reach < Math.hypot(width, height)) eachNear(found, click, reach, changes)
  else for (let place = 0; place < open.length; place++) changes(place)
  const next: number[] = []
  eachBound(found, click, (place) => next.push(place))
  while (next.length) {
    const place = next.pop()!
    if (!open[place]) continue
    open[place] = 0
    data[place] = sense
    const column = place % width
    if (column > 0) next.push(place - 1)
    if (column < width - 1) next.push(place + 1)
    if (place >= width) next.push(place - width)
    if (place < data.length - width) next.push(place + width)
  }
}
