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
}

export const UNFILTERED: Filters = { brightness: 0, contrast: 1, gamma: 1, log: false }

export const REACHES = {
  brightness: { low: -3, high: 3, step: 0.1 },
  contrast: { low: 0.2, high: 3, step: 0.05 },
  gamma: { low: 0.3, high: 4, step: 0.05 },
} as const

/** How strongly the log view lifts the dark. */
const LIFT = 60

export function isUnfiltered({ brightness, contrast, gamma, log }: Filters): boolean {
  return brightness === 0 && contrast === 1 && gamma === 1 && !log
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

export function relight(pixels: Uint32Array, image: Uint32Array, table: Uint8Array, from: number, to: number): void {
  for (let at = from; at < to; at++) {
    const ink = image[at]!
    pixels[at] = 0xff000000 | (table[(ink >> 16) & 255]! << 16) | (table[(ink >> 8) & 255]! << 8) | table[ink & 255]!
  }
}
