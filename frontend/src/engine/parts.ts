/** Parts (a headdress, a weapon, a veil …): whose they are, frame by frame, and how that is said anew. */
import { api, data, type Schemas } from '../api/client'
import type { Run } from './following'

export type Kind = Schemas['Subject']['kind']
export type Owned = Schemas['Owned']
export type Finding = Schemas['PartFindings']
export type Change = Finding['changes'][number]

export const PART_KINDS = ['headdress', 'weapon', 'hair', 'veil', 'ornament', 'prop'] as const satisfies Kind[]

/** What is asked here of a person or a part. */
export interface Entity {
  id: string
  kind: Kind
  owners: readonly Owned[]
}

export interface Groups<T> {
  people: { person: T; parts: T[] }[]
  /** Parts that are nobody's. */
  free: T[]
}

export function isPart({ kind }: Pick<Entity, 'kind'>): boolean {
  return kind !== 'person'
}

/** Who holds the part on the frame: two in a hand-over, nobody in flight. */
export function ownersAt({ owners }: Pick<Entity, 'owners'>, frame: number): string[] {
  return owners.filter(({ first, last }) => first <= frame && frame <= last).map(({ subject }) => subject)
}

/** Each person with the parts of that frame. What two hold stands with both. */
export function groupsAt<T extends Entity>(subjects: readonly T[], frame: number): Groups<T> {
  return grouped(subjects, (part) => ownersAt(part, frame))
}

/** Each person with the parts that they own first: the one order of the shot. */
export function groupsOf<T extends Entity>(subjects: readonly T[]): Groups<T> {
  const known = new Set(subjects.map(({ id }) => id))
  return grouped(subjects, ({ owners }) => {
    const [first] = owners.filter(({ subject }) => known.has(subject)).sort((a, b) => a.first - b.first)
    return first ? [first.subject] : []
  })
}

function grouped<T extends Entity>(subjects: readonly T[], holders: (part: T) => string[]): Groups<T> {
  const parts = subjects.filter(isPart)
  const people = subjects
    .filter((one) => !isPart(one))
    .map((person) => ({ person, parts: parts.filter((part) => holders(part).includes(person.id)) }))
  const held = new Set(people.flatMap((group) => group.parts))
  return { people, free: parts.filter((part) => !held.has(part)) }
}

/** As they stand one below the other, each once. */
export function listed<T>({ people, free }: Groups<T>): T[] {
  return [...new Set([...people.flatMap(({ person, parts }) => [person, ...parts]), ...free])]
}

/** In order of frames; what one person owns without a gap is one span. */
export function tidy(owners: readonly Owned[]): Owned[] {
  const whole: Owned[] = []
  for (const one of [...owners].sort((a, b) => a.first - b.first)) {
    const before = whole.findLast(({ subject }) => subject === one.subject)
    if (before && one.first <= before.last + 1) before.last = Math.max(before.last, one.last)
    else whole.push({ ...one })
  }
  return whole
}

/** Nobody's from the frame on. */
export function freeFrom(owners: readonly Owned[], frame: number): Owned[] {
  return owners.flatMap((one) => without(one, { first: frame, last: Infinity }))
}

/** That person's, and nobody else's, from the frame on. */
export function heldFrom(owners: readonly Owned[], frame: number, subject: string, last: number): Owned[] {
  return tidy([...freeFrom(owners, frame), { subject, first: frame, last }])
}

/** What the masks show, written down: for as long as the record goes on as it is, or until the next change. */
export function applied(owners: readonly Owned[], change: Change, changes: readonly Change[], lastOfShot: number): Owned[] {
  const next = changes.filter(({ frame }) => frame > change.frame).map(({ frame }) => frame - 1)
  const span = { first: change.frame, last: Math.min(recordedUntil(owners, change, lastOfShot), ...next) }
  const kept = owners.flatMap((one) => (one.subject === change.before ? without(one, span) : [one]))
  return tidy(change.owner ? [...kept, { subject: change.owner, ...span }] : kept)
}

function recordedUntil(owners: readonly Owned[], { frame, before }: Change, lastOfShot: number): number {
  const recorded = owners.find(({ subject, first, last }) => subject === before && first <= frame && frame <= last)
  if (recorded) return recorded.last
  const later = owners.filter(({ first }) => first > frame).map(({ first }) => first - 1)
  return Math.min(lastOfShot, ...later)
}

/** What of a span lies outside another. */
function without(one: Owned, cut: Run): Owned[] {
  const pieces = [
    { ...one, last: Math.min(one.last, cut.first - 1) },
    { ...one, first: Math.max(one.first, cut.last + 1) },
  ]
  return cut.last < one.first || one.last < cut.first ? [one] : pieces.filter(({ first, last }) => first <= last)
}

export type Wrong = 'empty' | 'turned' | 'outside'

/** What is wrong with a span that a person wrote; null: nothing. */
export function wrongWith({ first, last }: Run, shot: Run): Wrong | null {
  if (!Number.isInteger(first) || !Number.isInteger(last)) return 'empty'
  if (first > last) return 'turned'
  return shot.first <= first && last <= shot.last ? null : 'outside'
}

/** Spans in rows, so that those at the same time do not lie on each other. */
export function stacked<T extends Run>(spans: readonly T[]): (T & { row: number })[] {
  const ends: number[] = []
  return [...spans]
    .sort((a, b) => a.first - b.first)
    .map((one) => {
      const free = ends.findIndex((end) => end < one.first)
      const row = free < 0 ? ends.length : free
      ends[row] = one.last
      return { ...one, row }
    })
}

export function putOwners(part: string, owners: readonly Owned[]): Promise<Schemas['Subject']> {
  return data(api.PUT('/api/subjects/{id}/owners', { params: { path: { id: part } }, body: { owners: [...owners] } }))
}
