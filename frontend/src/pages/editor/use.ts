/** The desk and the session as React sees them. */
import { createContext, useContext, useSyncExternalStore } from 'react'
import type { Desk, State } from './desk'

export const DeskContext = createContext<Desk | null>(null)

export function useDesk(): Desk {
  return useContext(DeskContext)!
}

export function useDeskState(): State {
  const desk = useDesk()
  return useSyncExternalStore(desk.subscribe, () => desk.state)
}

/** The session; the component draws again at each change of it. */
export function useSession() {
  const { session } = useDesk()
  useSyncExternalStore(session.subscribe, () => session.version)
  return session
}

/** The subject colours of the design, 1–8. */
export const COLOURS = ['#75FFF5', '#DB511E', '#C1C51F', '#C2AAFF', '#53B17B', '#D7FFB1', '#C086A3', '#816FCB'] as const

export function colourOf(subject: { colour?: number }): string {
  return COLOURS[((subject.colour ?? 1) - 1) % COLOURS.length]!
}
