/** Answers clicks beside the page, so that the hand is never held up. */
import type { Said } from '../history'
import type { Plane } from '../planes'
import { answered, type Cut, type Network } from './answering'
import { opened } from './network'

/** A click on a frame; nothing yet where the network is only to be made ready. */
export interface Order {
  frame: ImageBitmap
  matte: Plane
  click: Said
  earlier: readonly Said[]
}

export type Reply = { matte: Plane | null } | { fault: string }

let network: Promise<Network> | undefined

self.onmessage = async ({ data: order }: MessageEvent<Order | null>) => {
  let reply: Reply
  try {
    network ??= opened()
    const ready = await network
    reply = { matte: order && (await answered(cutOf(order.frame), order.matte, order.click, order.earlier, ready)) }
  } catch (error) {
    reply = { fault: String(error) }
  }
  order?.frame.close()
  self.postMessage(reply, { transfer: 'matte' in reply && reply.matte ? [reply.matte.data.buffer] : [] })
}

function cutOf(frame: ImageBitmap): Cut {
  return ({ left, top, right, bottom }) => {
    const [width, height] = [right - left, bottom - top]
    const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!
    context.drawImage(frame, -left, -top)
    return context.getImageData(0, 0, width, height)
  }
}
