/** Ways to look at the same: view, backdrop, light, glass. Nothing here touches a matte. */
import { BACKDROPS, MODES, type Backdrop, type Mode } from '../../engine/paint'
import { key, type Action } from './action'
import type { Desk } from './desk'

export const views: Action[] = [
  ...MODES.map((mode, place): Action => ({
    id: `view.${mode}`,
    group: 'views',
    keys: [key(`Digit${place + 1}`)],
    run: (desk) => show(desk, mode),
  })),
  { id: 'view.onion', group: 'views', keys: [key('Digit0')], run: (desk) => desk.set({ onion: !desk.state.onion }) },
  { id: 'view.flip', group: 'views', keys: [key('Backquote')], run: (desk) => desk.set({ held: 'source' }) },
  { id: 'view.weaker', group: 'views', keys: [key('Minus')], repeats: true, run: (desk) => strengthen(desk, -0.05) },
  { id: 'view.stronger', group: 'views', keys: [key('Equal')], repeats: true, run: (desk) => strengthen(desk, 0.05) },
  { id: 'view.loupe', group: 'views', keys: [key('Backslash')], run: (desk) => desk.set({ loupe: !desk.state.loupe }) },
  { id: 'view.minimap', group: 'views', keys: [key('Backslash', { shift: true })], run: (desk) => desk.set({ minimap: !desk.state.minimap }) },
  { id: 'view.fit', group: 'views', keys: [key('KeyF')], run: (desk) => desk.set({ view: null }) },
  { id: 'view.actual', group: 'views', keys: [key('KeyF', { shift: true })], run: (desk) => desk.set({ view: desk.actualSize() }) },
  { id: 'view.bare', group: 'views', keys: [key('Tab')], run: (desk) => desk.set({ hidden: !desk.state.hidden }) },
]

/** The same view again: the next backdrop, the other state to compare with. */
function show(desk: Desk, mode: Mode): void {
  const { state } = desk
  if (mode === 'diff') desk.comparing.retry()
  if (mode !== state.mode) desk.set({ mode })
  else if (mode === 'comp') desk.set({ backdrop: nextBackdrop(desk) })
  else if (mode === 'diff') desk.set({ against: state.against === 'prelabel' ? 'previous' : 'prelabel' })
}

/** The own one only where it is here. */
function nextBackdrop({ state, plate }: Desk): Backdrop {
  const all: readonly Backdrop[] = plate.there ? [...BACKDROPS, 'own'] : BACKDROPS
  return all[(all.indexOf(state.backdrop) + 1) % all.length]!
}

function strengthen(desk: Desk, by: number): void {
  desk.set({ strength: Math.min(0.95, Math.max(0.05, Math.round((desk.state.strength + by) * 100) / 100)) })
}
