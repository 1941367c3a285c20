/** How the picture is lit for the eye: nothing of it is stored or told to a model. */
export interface Filters {
  /** Stops of light, −3 … 3. */
  brightness: number
  /** 1 is as it is. */
  contrast: number
  /** Above 1 opens the shadows. */
  gamma: number
  /** Even steps of light become even steps to see: what drowns in the dark comes up. */
  log: boolean
  /** The mean of what is alike round each pixel: grain goes, edges stay. */
  denoise: boolean
}

export const UNFILTERED: Filters = { brightness: 0, contrast: 1, gamma: 1, log: false, denoise: false }

export const REACHES = {
  brightness: { low: -3, high: 3, step: 0.1 },
  contrast: { low: 0.2, high: 3, step: 0.05 },
  gamma: { low: 0.3, high: 4, step: 0.05 },
} as const

/** How strongly the log view lifts the dark. */
const LIFT = 60

export function isUnfiltered({ brightness, contrast, gamma, log, denoise }: Filters): boolean {
  return brightness === 0 && contrast === 1 && gamma === 1 && !log && !denoise
}

/** What each of the 256 values becomes. */
export function filterTable({ brightness, contrast, gamma, log }: Filters): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, value) => {
    const lit = Math.min(1, (value / 255) * 2 ** brightness)
    const even = log ? Math.log1p(LIFT * lit) / Math.log1p(LIFT) : lit
    const seen = (even ** (1 / gamma) - 0.5) * contrast + 0.5
    return Math.round(Math.min(1, Math.max(0, seen)) * 255)
  })
}

export function relight(pixels: Uint32Array, image: Uint32Array, table: Uint8Array): void {
  for (let at = 0; at < image.length; at++) {
    const ink = image[at]!
    pixels[at] = 0xff000000 | (table[(ink >> 16) & 255]! << 16) | (table[(ink >> 8) & 255]! << 8) | table[ink & 255]!
  }
}

/** How much green two pixels may differ and still be alike. */
const ALIKE = 22

/** Each pixel as the mean of those of its 3 × 3 that are alike. The border stays as it is. */
export function denoise(image: Uint32Array, width: number, height: number): Uint32Array<ArrayBuffer> {
  const out = image.slice()
  const round = [-width - 1, -width, -width + 1, -1, 1, width - 1, width, width + 1]
  for (let y = 1; y < height - 1; y++)
    for (let x = 1, at = y * width + 1; x < width - 1; x++, at++) {
      const own = image[at]!
      const green = (own >> 8) & 255
      // Red and blue are summed in one number: nine of them do not run over.
      let both = own & 0xff00ff
      let greens = green
      let count = 1
      for (let place = 0; place < 8; place++) {
        const ink = image[at + round[place]!]!
        const other = (ink >> 8) & 255
        if (other - green > ALIKE || green - other > ALIKE) continue
        both += ink & 0xff00ff
        greens += other
        count++
      }
      out[at] = 0xff000000 | (Math.round((both >>> 16) / count) << 16) | (Math.round(greens / count) << 8) | Math.round((both & 0xffff) / count)
    }
  return out
}
