/** Where a right stands on a day: dates are compared as they are written, year first. */
import type { Schemas } from '../../api/client'

type Right = Pick<Schemas['Right'], 'starts' | 'expires' | 'withdrawn_at'>
export type Term = 'withdrawn' | 'ended' | 'later' | 'now'

export function termOf({ starts, expires, withdrawn_at }: Right, today: string): Term {
  if (withdrawn_at) return 'withdrawn'
  if (expires && expires < today) return 'ended'
  if (starts && starts > today) return 'later'
  return 'now'
}

/** The server counts days in UTC. */
export const today = (): string => new Date().toISOString().slice(0, 10)
