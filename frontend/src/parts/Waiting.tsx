/** Loading and empty states. */
import { useEffect, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Fault } from './Fault'

/** True once `ms` have passed: quick answers never flash a skeleton. */
function useAfter(ms: number): boolean {
  const [passed, setPassed] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setPassed(true), ms)
    return () => clearTimeout(timer)
  }, [ms])
  return passed
}

/** Grey blocks of the final size after 300 ms; after 2 s what is being waited for. */
export function Skeleton({ rows, height, what }: { rows: number; height: number; what: string }) {
  const { t } = useTranslation()
  const shown = useAfter(300)
  const long = useAfter(2000)
  return (
    <div className="col" aria-busy="true" aria-live="polite">
      {long && <div className="s12 t3">{t('waiting_for', { what })}</div>}
      {shown && Array.from({ length: rows }, (_, row) => <div key={row} className="grey" style={{ height }} />)}
    </div>
  )
}

/** One sentence what belongs here, one button that brings it. */
export function Empty({ children, action }: { children: ReactNode; action?: ReactNode }) {
  return (
    <div className="empty col">
      <p className="t2">{children}</p>
      {action}
    </div>
  )
}

interface Asked {
  data: unknown
  error: unknown
  refetch: () => unknown
}

/** What stands in place of an answer that is not there. Null once it is: a later failure never takes away what is shown. */
export function notYet(asked: Asked, rows: number, height: number, what: string): ReactNode {
  if (asked.data !== undefined) return null
  if (asked.error) return <Fault error={asked.error} retry={() => void asked.refetch()} />
  return <Skeleton rows={rows} height={height} what={what} />
}
