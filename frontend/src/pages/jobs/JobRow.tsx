import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { feed, OPEN, type Job } from '../../api/activity'
import { api, data } from '../../api/client'
import { useLanguage } from '../../i18n'
import { Button } from '../../parts/Button'
import { Details, Fault, useRefusal } from '../../parts/Fault'
import { duration, percent } from '../../parts/format'
import { Icon } from '../../parts/Icon'
import type { IconName } from '../../parts/icons'
import { useJobWords } from '../../parts/jobs'
import { Progress } from '../../parts/Progress'
import { When } from '../../parts/When'

const MARK: Record<string, [IconName, string]> = {
  queued: ['clock', 't3'],
  running: ['play', 'acc'],
  done: ['check', 'ok'],
  failed: ['err', 'bad'],
  cancelled: ['x', 't3'],
}
const PAGES: Record<string, string> = { clip: '/clips', release: '/releases' }

/** One job: what it is, how far, what went wrong, what can be done. */
export function JobRow({ job, onRetry }: { job: Job; onRetry: () => void }) {
  const { t } = useTranslation('jobs')
  const words = useJobWords()
  const [icon, tone] = MARK[job.state]!
  return (
    <article className="jobrow">
      <span className={tone} title={t(`state.${job.state}`)}><Icon name={icon} /></span>
      <div style={{ minWidth: 0 }}>
        <div className="clip"><Target job={job}><b>{words.kind(job)}</b> {job.target.label}</Target></div>
        <div className="s12 t3 clip">{job.created_by?.name ?? t('by_system')} · <When at={job.created_at} />{job.attempts > 1 && ` · ${t('attempt', { n: job.attempts })}`}</div>
      </div>
      <Middle job={job} />
      <Acts job={job} onRetry={onRetry} />
    </article>
  )
}

function Target({ job, children }: { job: Job; children: ReactNode }) {
  const base = PAGES[job.target.type]
  return base && job.target.id ? <Link className="rowlink" to={`${base}/${job.target.id}`}>{children}</Link> : <>{children}</>
}

function Middle({ job }: { job: Job }) {
  const { t } = useTranslation('jobs')
  const refusal = useRefusal()
  if (job.state === 'queued') return job.error ? <PutOff error={job.error} /> : <span className="s12 t2">{job.waiting_for ? t('waiting_for', { count: job.waiting_for }) : t('state.queued')}</span>
  if (job.state === 'running') return <Running job={job} />
  if (job.state === 'failed') {
    return (
      <div className="s12">
        <span className={job.dismissed_at ? 't2' : 'bad'}>{job.error ? refusal(job.error.code, job.error.message, job.error.detail) : t('state.failed')}</span>
        {job.dismissed_at && <span className="t3"> · {t('dismissed')}</span>}
        <Details text={`${job.error?.code ?? ''} · ${job.kind} ${job.id} · ${job.finished_at ?? ''} · ${job.error?.message ?? ''}`} />
      </div>
    )
  }
  return <Took job={job} />
}

/** Something stood in the way that passes by itself. */
function PutOff({ error }: { error: NonNullable<Job['error']> }) {
  const { t } = useTranslation('jobs')
  return (
    <div className="s12">
      <span className="warn">{t(`put_off.${error.code}`)}</span>
      <Details text={`${error.code} · ${error.message}`} />
    </div>
  )
}

function Took({ job }: { job: Job }) {
  const { t } = useTranslation('jobs')
  const words = useJobWords()
  const language = useLanguage()
  const seconds = job.started_at && job.finished_at ? (Date.parse(job.finished_at) - Date.parse(job.started_at)) / 1000 : null
  const parts = [
    t(`state.${job.state}`),
    job.state === 'done' && job.total ? words.all(job) : '',
    seconds === null ? '' : t('took', { time: duration(seconds, language) }),
  ]
  return <span className="s12 t2">{parts.filter(Boolean).join(' · ')}</span>
}

function Running({ job }: { job: Job }) {
  const { t } = useTranslation('jobs')
  const words = useJobWords()
  const language = useLanguage()
  const share = job.total ? job.done / job.total : 0
  return (
    <div>
      <div className="row s12 above-bar">
        <span className="t2">{words.stage(job)} {job.total ? words.steps(job) : ''}</span>
        <span className="grow" />
        {job.rate ? <span className="t3">{words.rate(job)}</span> : null}
        {job.seconds_left != null && <span className="t2">{t('left', { time: duration(job.seconds_left, language) })}</span>}
        <span className="t2">{percent(share)}</span>
      </div>
      <Progress share={share} label={words.title(job)} />
    </div>
  )
}

function Acts({ job, onRetry }: { job: Job; onRetry: () => void }) {
  const { t } = useTranslation('jobs')
  const cancel = useMutation({
    mutationFn: () => data(api.POST('/api/jobs/{id}/cancel', { params: { path: { id: job.id } } })),
    onSuccess: () => feed.wake(),
  })
  const dismiss = useMutation({
    mutationFn: () => data(api.POST('/api/jobs/{id}/dismiss', { params: { path: { id: job.id } } })),
    onSuccess: () => feed.wake(),
  })
  const fault = cancel.error ?? dismiss.error
  if (fault) return <Fault error={fault} />
  if (OPEN.includes(job.state)) {
    const why = job.cancel_requested || cancel.isPending ? t('stopping') : null
    return <Button size="s" icon="x" needs="annotator" why={why} onClick={() => cancel.mutate()}>{why ?? t('cancel')}</Button>
  }
  if (job.state === 'done') return <span />
  return (
    <span className="row tight">
      {job.state === 'failed' && !job.dismissed_at && (
        <Button size="s" kind="bare" needs="annotator" why={dismiss.isPending ? t('common:working') : null} onClick={() => dismiss.mutate()}>{t('dismiss')}</Button>
      )}
      <Button size="s" icon="retry" needs="annotator" onClick={onRetry}>{t('retry')}</Button>
    </span>
  )
}
