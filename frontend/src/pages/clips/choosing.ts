/** Which clips are ticked, for acts on many at once. It lives as long as the page. */
import { createContext, use } from 'react'

export interface Chosen {
  ids: ReadonlySet<string>
  set: (ids: ReadonlySet<string>) => void
}

export const ChosenContext = createContext<Chosen>({ ids: new Set(), set: () => undefined })
export const useChosen = (): Chosen => use(ChosenContext)

/** All of `ids` ticked, or, when they are all ticked already, none of them. */
export function toggled(chosen: ReadonlySet<string>, ids: readonly string[]): ReadonlySet<string> {
  const next = new Set(chosen)
  const all = ids.every((id) => chosen.has(id))
  for (const id of ids) {
    if (all) next.delete(id)
    else next.add(id)
  }
  return next
}
