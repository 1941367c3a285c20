/** What a reading may hold, told before it is sent: the server says the same, but of the whole. */
import type { Schemas } from '../../api/client'

/** A number field gives text while it is being typed. */
export type Wanted = Omit<Schemas['Reading'], 'quality'> & { quality?: number | string }
export type WrongField = 'quality' | 'picture_rate'

const FASTEST = 1000

export function wrongFields({ frames, quality, picture_rate }: Wanted): WrongField[] {
  const wrong: WrongField[] = []
  if (frames !== 'png' && !isQuality(quality)) wrong.push('quality')
  if (!isRate(picture_rate ?? '')) wrong.push('picture_rate')
  return wrong
}

function isQuality(value: number | string | undefined): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 100
}

function isRate(text: string): boolean {
  const [, above, below = '1'] = /^\s*(\d+(?:\.\d+)?)(?:\/(\d+))?\s*$/.exec(text) ?? []
  const rate = Number(above) / Number(below)
  return rate > 0 && rate <= FASTEST
}

/** As it is sent: a quality that PNG does not use is left as it was. */
export function toSend({ quality, ...rest }: Wanted): Schemas['Reading'] {
  return isQuality(quality) ? { ...rest, quality } : rest
}
