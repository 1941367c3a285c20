/** The small network in this browser, from files of our own server; the runtime comes with it on first use. */
import model from '../../../../models/weights/koutu-s-small.onnx?url'
import runtime from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url'
import type { Network } from './answering'
import { SIDE } from './view'

/** Throws where runtime or network cannot be had. */
export async function opened(): Promise<Network> {
  const ort = await import('onnxruntime-web/wasm')
  ort.env.wasm.wasmPaths = { wasm: runtime }
  // More than one needs a page that is isolated from all others, which embedding it would not survive.
  ort.env.wasm.numThreads = 1
  const session = await ort.InferenceSession.create(model, { executionProviders: ['wasm'] })
  return async ({ image, prior, positive, negative, given }) => {
    const plane = (data: Float32Array, channels = 1) => new ort.Tensor('float32', data, [1, channels, SIDE, SIDE])
    const asked = { image: plane(image, 3), prior: plane(prior), positive: plane(positive), negative: plane(negative) }
    const { mask } = await session.run({ ...asked, given: new ort.Tensor('float32', given, [1]) })
    return mask!.data as Float32Array
  }
}
