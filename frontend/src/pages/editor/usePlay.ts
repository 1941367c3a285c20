/** Plays at the clip's own rate. A frame that is not decoded in time is waited for or passed over, never renumbered. */
import { useEffect } from 'react'
import { useDesk, useDeskState } from './use'

export function usePlay(): void {
  const desk = useDesk()
  const { playing, loop } = useDeskState()
  useEffect(() => {
    if (!playing) return
    const { session } = desk
    const { first, last } = session.shot
    const direction = playing < 0 ? -1 : 1
    let base = session.frame
    if (direction > 0 && base === last) base = first
    let started = performance.now()
    let request = 0
    const tick = (now: number) => {
      request = requestAnimationFrame(tick)
      const steps = Math.floor(((now - started) / 1000 / desk.frameSeconds) * Math.abs(playing))
      let wanted = base + direction * steps
      if (wanted < first || wanted > last) {
        if (!loop) {
          desk.go(direction > 0 ? last : first, direction)
          desk.set({ playing: 0 })
          return
        }
        base = direction > 0 ? first : last
        started = now
        wanted = base
      }
      session.frames.ahead(wanted, direction)
      if (wanted !== session.frame && session.frames.ready(wanted)) desk.go(wanted, direction)
    }
    request = requestAnimationFrame(tick)
    return () => cancelAnimationFrame(request)
  }, [desk, playing, loop])
}
