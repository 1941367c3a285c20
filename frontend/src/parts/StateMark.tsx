/** A state of work, always shape and word together. */
import { useTranslation } from 'react-i18next'

export const STATES = ['accepted', 'review', 'work', 'rejected', 'pre'] as const
export type WorkState = (typeof STATES)[number]

const CLASS: Record<WorkState, string> = { accepted: 'acc', review: 'review', work: 'work', rejected: 'rej', pre: 'pre' }

/** How a stage of a task is shown: a rejected task is in work again, and says so. */
export function shownState(stage: string, rejected: boolean): WorkState {
  if (rejected && stage !== 'accepted' && stage !== 'review') return 'rejected'
  if (stage === 'prelabel') return 'pre'
  if (stage === 'review' || stage === 'accepted') return stage
  return 'work'
}

export function StateMark({ state, count }: { state: WorkState; count?: string }) {
  const { t } = useTranslation()
  return (
    <span className={`st ${CLASS[state]}`}>
      <Shape state={state} />
      {t(`state.${state}`)}
      {count !== undefined && ` ${count}`}
    </span>
  )
}

function Shape({ state }: { state: WorkState }) {
  const ring = <circle cx="7" cy="7" r="5" strokeDasharray={state === 'pre' ? '2 2' : undefined} />
  return (
    <svg width="14" height="14" viewBox="0 0 14 14" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
      {state === 'accepted' ? <circle cx="7" cy="7" r="5.7" fill="currentColor" stroke="none" /> : ring}
      {state === 'accepted' && <path d="M4.3 7.2l1.9 1.9 3.5-3.9" stroke="var(--bg1)" />}
      {state === 'review' && <circle cx="7" cy="7" r="1.8" fill="currentColor" stroke="none" />}
      {state === 'work' && <path d="M7 2a5 5 0 0 1 0 10z" fill="currentColor" stroke="none" />}
      {state === 'rejected' && <path d="M5 5l4 4M9 5l-4 4" />}
    </svg>
  )
}

/** Frames by state as one bar; the same order and colours as the legend. */
export function StateBar({ frames }: { frames: Record<WorkState, number> }) {
  const { t } = useTranslation()
  const shown = STATES.filter((state) => frames[state] > 0)
  const label = shown.map((state) => `${t(`state.${state}`)} ${frames[state]}`).join(', ')
  return (
    <div className="stack" role="img" aria-label={label || t('state.none')} title={label}>
      {shown.map((state) => (
        <i key={state} className={`k-${CLASS[state]}`} style={{ flex: frames[state] }} />
      ))}
    </div>
  )
}
