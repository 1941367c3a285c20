/** Growing by a disc and blurring, on 8-bit rasters. Integers and square roots alone: the same bytes in any browser. */

/** Alpha as far as the highest within `radius` pixels, which need not be whole; a negative one shrinks. */
export function grown(data: Uint8Array, width: number, height: number, radius: number): Uint8Array {
  if (radius < 0) return inverted(grown(inverted(data), width, height, -radius))
  const whole = Math.floor(radius)
  const share = radius - whole
  const small = dilated(data, width, height, whole)
  if (share === 0) return small
  const large = dilated(data, width, height, whole + 1)
  return large.map((alpha, at) => Math.round(small[at]! + share * (alpha - small[at]!)))
}

function inverted(data: Uint8Array): Uint8Array {
  return data.map((alpha) => 255 - alpha)
}

/** The highest within a disc: row by row, for a disc is as many rows of different length. */
function dilated(data: Uint8Array, width: number, height: number, radius: number): Uint8Array {
  if (radius === 0) return data.slice()
  const out = new Uint8Array(data.length)
  const rows = new Map<number, Uint8Array>()
  for (let dy = -radius; dy <= radius; dy++) {
    const half = Math.floor(Math.sqrt(radius * radius + radius - dy * dy))
    let highest = rows.get(half)
    if (!highest) rows.set(half, (highest = highestInRow(data, width, height, half)))
    for (let y = Math.max(0, -dy); y < Math.min(height, height - dy); y++) {
      const to = y * width
      const from = (y + dy) * width
      for (let x = 0; x < width; x++) if (highest[from + x]! > out[to + x]!) out[to + x] = highest[from + x]!
    }
  }
  return out
}

/** The highest of 2 half + 1 neighbours in a row, in three looks a pixel whatever `half` (van Herk, 1992). */
function highestInRow(data: Uint8Array, width: number, height: number, half: number): Uint8Array {
  if (half === 0) return data
  const span = 2 * half + 1
  const padded = Math.ceil((width + 2 * half) / span) * span
  const [line, ahead, back, out] = [new Uint8Array(padded), new Uint8Array(padded), new Uint8Array(padded), new Uint8Array(data.length)]
  for (let y = 0; y < height; y++) {
    line.fill(0)
    line.set(data.subarray(y * width, (y + 1) * width), half)
    for (let x = 0; x < padded; x++) ahead[x] = x % span === 0 ? line[x]! : Math.max(ahead[x - 1]!, line[x]!)
    for (let x = padded - 1; x >= 0; x--) back[x] = x % span === span - 1 ? line[x]! : Math.max(back[x + 1]!, line[x]!)
    for (let x = 0; x < width; x++) out[y * width + x] = Math.max(back[x]!, ahead[x + span - 1]!)
  }
  return out
}

/** Blurred by a bell of `deviation` pixels: three boxes in turn, whose widths make it up. The border goes on beyond. */
export function blurred(data: Uint8Array, width: number, height: number, deviation: number): Float64Array<ArrayBuffer> {
  let now = Float64Array.from(data)
  for (const half of boxesOf(deviation)) {
    now = boxed(now, width, height, half, 1, width)
    now = boxed(now, height, width, half, width, 1)
  }
  return now
}

/** Half widths of three boxes, from the variance of a box of 2 half + 1: half (half + 1) / 3. */
function boxesOf(deviation: number): number[] {
  const variance = deviation * deviation
  const half = Math.floor((Math.sqrt(1 + 4 * variance) - 1) / 2)
  const [small, large] = [(half * (half + 1)) / 3, ((half + 1) * (half + 2)) / 3]
  const wide = Math.min(3, Math.max(0, Math.round((variance - 3 * small) / (large - small))))
  return [0, 1, 2].map((box) => half + (box < wide ? 1 : 0))
}

/** Means along lines of `length` pixels `step` apart; the lines, `count` of them, are `across` apart. */
function boxed(data: Float64Array<ArrayBuffer>, length: number, count: number, half: number, step: number, across: number): Float64Array<ArrayBuffer> {
  if (half === 0) return data
  const out = new Float64Array(data.length)
  const span = 2 * half + 1
  for (let line = 0; line < count; line++) {
    const start = line * across
    const at = (place: number) => data[start + Math.min(length - 1, Math.max(0, place)) * step]!
    let sum = 0
    for (let place = -half; place <= half; place++) sum += at(place)
    for (let place = 0; place < length; place++) {
      out[start + place * step] = sum / span
      sum += at(place + half + 1) - at(place - half)
    }
  }
  return out
}
