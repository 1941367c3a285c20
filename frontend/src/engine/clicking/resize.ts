/** Planes of numbers made smaller by area and larger by straight lines, as OpenCV's INTER_AREA and INTER_LINEAR do. */

export interface Numbers {
  readonly width: number
  readonly height: number
  readonly data: Float32Array
}

export function resized(plane: Numbers, width: number, height: number): Numbers {
  if (plane.width === width && plane.height === height) return plane
  const share = width * height < plane.width * plane.height ? areas : lines
  const across = along(plane, share(plane.width, width), width)
  return down(across, share(plane.height, height), height)
}

/** Of one target pixel: the first source pixel, and what each from there on weighs. */
interface Weights {
  from: number
  shares: number[]
}

function areas(length: number, target: number): Weights[] {
  const scale = length / target
  return Array.from({ length: target }, (_, at) => {
    const [start, end] = [at * scale, Math.min(length, (at + 1) * scale)]
    const from = Math.floor(start + 1e-9)
    const until = Math.min(length, Math.max(from + 1, Math.ceil(end - 1e-9)))
    const shares = Array.from({ length: until - from }, (_, i) => Math.min(end, from + i + 1) - Math.max(start, from + i))
    const all = shares.reduce((sum, share) => sum + share, 0)
    return { from, shares: shares.map((share) => share / all) }
  })
}

function lines(length: number, target: number): Weights[] {
  const scale = length / target
  return Array.from({ length: target }, (_, at) => {
    const place = Math.min(length - 1, Math.max(0, (at + 0.5) * scale - 0.5))
    const from = Math.floor(place)
    return { from, shares: from + 1 < length ? [1 - (place - from), place - from] : [1] }
  })
}

function along({ width, height, data }: Numbers, weights: Weights[], target: number): Numbers {
  const out = new Float32Array(target * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < target; x++) {
      const { from, shares } = weights[x]!
      let sum = 0
      for (let i = 0; i < shares.length; i++) sum += shares[i]! * data[y * width + from + i]!
      out[y * target + x] = sum
    }
  return { width: target, height, data: out }
}

function down({ width, data }: Numbers, weights: Weights[], target: number): Numbers {
  const out = new Float32Array(width * target)
  for (let y = 0; y < target; y++) {
    const { from, shares } = weights[y]!
    for (let i = 0; i < shares.length; i++)
      for (let x = 0; x < width; x++) out[y * width + x]! += shares[i]! * data[(from + i) * width + x]!
  }
  return { width, height: target, data: out }
}
