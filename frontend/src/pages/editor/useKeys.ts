/** Keys of the editor. Off while a text field or a dialog has the focus. */
import { useEffect } from 'react'
import { actionOf, opacityOf, type Action } from './actions'
import type { Desk, State } from './desk'
import { useDesk } from './use'

const HOLD_MS = 250
// These move the focus or press a button elsewhere; the canvas takes them only for itself.
const CANVAS_ONLY = new Set(['Tab', 'Space', 'Enter', 'Backspace', 'Home', 'End', 'PageUp', 'PageDown', 'ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'])

/** By key that is down: since when, and what was seen before. */
type Down = Map<string, { since: number; before?: Partial<State> }>

export function useKeys(): void {
  const desk = useDesk()
  useEffect(() => {
    const down: Down = new Map()
    const press = (event: KeyboardEvent) => onDown(desk, down, event)
    const release = (event: KeyboardEvent) => onUp(desk, down, event)
    window.addEventListener('keydown', press)
    window.addEventListener('keyup', release)
    // A key that comes up in another window is not told here.
    const away = () => desk.set({ held: null })
    window.addEventListener('blur', away)
    return () => {
      window.removeEventListener('keydown', press)
      window.removeEventListener('keyup', release)
      window.removeEventListener('blur', away)
    }
  }, [desk])
}

function writing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable], [role="dialog"]') !== null
}

function onCanvas(target: EventTarget | null): boolean {
  return target === document.body || (target instanceof HTMLElement && target.closest('.stage') !== null)
}

function onDown(desk: Desk, down: Down, event: KeyboardEvent): void {
  if (writing(event.target) || desk.state.dialog) return
  const ctrl = event.ctrlKey || event.metaKey
  if (CANVAS_ONLY.has(event.code) && !onCanvas(event.target) && !ctrl) return
  const action = actionOf(event)
  if (!action || (action.onCanvas && !onCanvas(event.target))) return
  event.preventDefault()
  if (event.repeat && !action.repeats) return
  if (!event.repeat) down.set(event.code, { since: performance.now() })
  if (action.id === 'brush.opacity') desk.turns.take(() => desk.set({ opacity: opacityOf(event.code) }))
  else if (action.group === 'views' && event.code.startsWith('Digit')) holdView(desk, down, event, () => action.run(desk))
  else if (action.group === 'views' || action.atOnce) perform(desk, action)
  else desk.turns.take(() => perform(desk, action), action.enabled !== undefined)
}

/** What may be done is asked when its turn has come. */
function perform(desk: Desk, action: Action): void {
  if (!action.enabled || action.enabled(desk)) action.run(desk)
}

/** Tap = stay, hold = temporary. */
function holdView(desk: Desk, down: Down, event: KeyboardEvent, run: () => unknown): void {
  const { mode, backdrop, against, onion } = desk.state
  run()
  down.set(event.code, { since: performance.now(), before: { mode, backdrop, against, onion } })
}

function onUp(desk: Desk, down: Down, event: KeyboardEvent): void {
  if (event.code === 'Backquote') desk.set({ held: null })
  const held = down.get(event.code)
  down.delete(event.code)
  if (held?.before && performance.now() - held.since > HOLD_MS) desk.set(held.before)
}
