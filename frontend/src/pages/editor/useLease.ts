/** Keeps the lease while the person is at work, and saves before the page goes. */
import { useEffect } from 'react'
import { ApiError, api, data } from '../../api/client'
import { useDesk } from './use'

const BEAT_MS = 60_000

export function useLease(): void {
  const { session } = useDesk()
  useEffect(() => {
    let active = Date.now()
    const seen = () => (active = Date.now())
    const beat = setInterval(() => {
      if (!session.task || session.readOnly || Date.now() - active > 3 * BEAT_MS) return
      data(api.POST('/api/tasks/{id}/heartbeat', { params: { path: { id: session.task.id } } }))
        .then((task) => session.put(task))
        .catch((error: unknown) => {
          if (error instanceof ApiError && error.status === 423) session.readOnly = error.code
          session.changed()
        })
    }, BEAT_MS)
    const leave = () => {
      if (document.visibilityState === 'hidden') void session.saveAll().catch(() => undefined) // the journal has it
    }
    window.addEventListener('pointerdown', seen)
    window.addEventListener('keydown', seen)
    document.addEventListener('visibilitychange', leave)
    return () => {
      clearInterval(beat)
      window.removeEventListener('pointerdown', seen)
      window.removeEventListener('keydown', seen)
      document.removeEventListener('visibilitychange', leave)
    }
  }, [session])
}
