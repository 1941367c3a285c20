/** What is told of watched places: pure. */
import type { Schemas } from '../../api/client'

type Watch = Schemas['Watch']

const TAIL = 22
/** The states of files, in the order they are told in. */
const STATES = ['growing', 'queued', 'taken', 'known', 'before', 'failed', 'refused'] as const
type FileState = (typeof STATES)[number]

/** A name in two parts, of which only the first is shortened: takes differ at their end. */
export function ends(name: string): [string, string] {
  const letters = Array.from(name)
  return [letters.slice(0, -TAIL).join(''), letters.slice(-TAIL).join('')]
}

/** How many files are in each state that any is in. */
export function counted(watch: Pick<Watch, 'counts'>): { state: FileState; count: number }[] {
  return STATES.flatMap((state) => (watch.counts[state] ? [{ state, count: watch.counts[state] }] : []))
}

const FAULTS = ['source_down', 'source_gone', 'source_closed'] as const

/** What stands in the way of a place, or that nothing lies there; null where all is well. */
export function notice(watch: Pick<Watch, 'place' | 'fault_code' | 'found'>): (typeof FAULTS)[number] | 'other' | 'empty' | 'empty_prefix' | null {
  if (watch.fault_code) return FAULTS.find((code) => code === watch.fault_code) ?? 'other'
  if (watch.found !== 0) return null
  return watch.place.startsWith('s3://') ? 'empty_prefix' : 'empty'
}
