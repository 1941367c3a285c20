/** Distances in a plane, by steps of 5 by 5 pixels as OpenCV's distanceTransform(DIST_L2, 5) takes them. */
const [STRAIGHT, DIAGONAL, KNIGHT] = [1, 1.4, 2.1969]

/** How far each pixel is from the nearest that is 0 in `far`; Infinity where none is. */
export function distances(far: Uint8Array, width: number, height: number): Float32Array {
  // Two pixels of border all round, which no way leads through: no pixel needs to ask where it lies.
  const wide = width + 4
  const steps = new Float32Array(wide * (height + 4)).fill(Infinity)
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) if (!far[y * width + x]) steps[(y + 2) * wide + x + 2] = 0
  for (let y = 2; y < height + 2; y++) for (let x = 2; x < width + 2; x++) look(steps, y * wide + x, -1, -wide)
  for (let y = height + 1; y >= 2; y--) for (let x = width + 1; x >= 2; x--) look(steps, y * wide + x, 1, wide)
  const found = new Float32Array(width * height)
  for (let y = 0; y < height; y++) found.set(steps.subarray((y + 2) * wide + 2, (y + 2) * wide + 2 + width), y * width)
  return found
}

/** The least way to a pixel through those on one side of it. */
function look(steps: Float32Array, at: number, side: number, row: number): void {
  const there = steps[at]!
  if (there === 0) return
  const straight = Math.min(steps[at + side]!, steps[at + row]!) + STRAIGHT
  const diagonal = Math.min(steps[at + row - 1]!, steps[at + row + 1]!) + DIAGONAL
  const flat = Math.min(steps[at + row - 2]!, steps[at + row + 2]!)
  const steep = Math.min(steps[at + 2 * row - 1]!, steps[at + 2 * row + 1]!)
  steps[at] = Math.min(there, straight, diagonal, Math.min(flat, steep) + KNIGHT)
}
