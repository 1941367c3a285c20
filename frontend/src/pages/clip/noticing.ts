/** What a survey noticed, as the page shows it. */
import type { Schemas } from '../../api/client'

type Suggestion = Schemas['Suggestion']

/** In shares of the picture. */
export interface Rectangle {
  left: number
  top: number
  width: number
  height: number
}

/** Suggestions by kind, in the order in which each kind is first met. */
export function byKind(suggestions: readonly Suggestion[]): [Suggestion['kind'], Suggestion[]][] {
  const found = new Map<Suggestion['kind'], Suggestion[]>()
  for (const one of suggestions) found.set(one.kind, [...(found.get(one.kind) ?? []), one])
  return [...found]
}

export function rectangles({ areas }: Pick<Suggestion, 'areas'>, { width, height }: { width: number; height: number }): Rectangle[] {
  return areas.map(([left = 0, top = 0, right = 0, bottom = 0]) => ({
    left: left / width, top: top / height, width: (right - left) / width, height: (bottom - top) / height,
  }))
}
