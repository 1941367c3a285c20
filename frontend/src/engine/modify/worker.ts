/** Modifies planes beside the page, so that the hand is never held up. */
import type { Plane } from '../planes'
import { modified, type Change } from './modify'

export interface Order {
  plane: Plane
  change: Change
}

self.onmessage = ({ data: { plane, change } }: MessageEvent<Order>) => {
  const done = modified(plane, change)
  self.postMessage(done, { transfer: [done.data.buffer] })
}
