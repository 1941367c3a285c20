/** Back through all that was done to a layer, and on again. */
import { expect } from 'vitest'
import type { Layer } from '../layers'
import type { Plane } from '../planes'
import { sameBytes } from '../tiles'

/** `states` are the layer's planes from the first to the one that stands: each comes back bit for bit. */
export function expectEachStateBack(layer: Layer, states: readonly Plane[]): void {
  for (const state of states.slice(0, -1).reverse()) {
    layer.undo()
    expect(sameBytes(layer.plane.data, state.data)).toBe(true)
  }
  for (const state of states.slice(1)) {
    layer.redo()
    expect(sameBytes(layer.plane.data, state.data)).toBe(true)
  }
}
