import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { OPEN, useActivity, type Job } from '../../api/activity'
import { useJobs, type JobState } from '../../api/queries'
import { Button, ButtonLink } from '../../parts/Button'
import { Page } from '../../parts/Page'
import { Empty, notYet } from '../../parts/Waiting'
import { JobRow } from './JobRow'
import { RetryDialog } from './RetryDialog'

const FILTERS: readonly (JobState | 'all')[] = ['all', 'running', 'queued', 'failed', 'done', 'cancelled']

export function JobsPage() {
  const { t } = useTranslation('jobs')
  const [search, setSearch] = useSearchParams()
  const state = FILTERS.find((one) => one === search.get('state')) ?? 'all'
  const jobs = useJobs(state === 'all' ? undefined : state)
  const choose = (next: string) => setSearch(next === 'all' ? {} : { state: next }, { replace: true })
  return (
    <Page title={t('title')} heading={
      <span className="row">
        {t('title')}
        <span className="seg" role="group" aria-label={t('filter')}>
          {FILTERS.map((one) => (
            <button key={one} type="button" className={one === state ? 'on' : ''} aria-pressed={one === state} onClick={() => choose(one)}>
              {t(`state.${one}`)}
            </button>
          ))}
        </span>
      </span>
    } sub={t('sub')}>
      {notYet(jobs, 6, 52, t('title')) ?? (
        <>
          <List jobs={jobs.data?.pages.flatMap((page) => page.results) ?? []} filtered={state !== 'all'} />
          {jobs.hasNextPage && (
            <div className="row more">
              <Button why={jobs.isFetchingNextPage ? t('common:working') : null} onClick={() => void jobs.fetchNextPage()}>{t('more')}</Button>
            </div>
          )}
        </>
      )}
    </Page>
  )
}

/** What runs and waits, then what has ended; live figures come from the poll that all pages share. */
function List({ jobs, filtered }: { jobs: readonly Job[]; filtered: boolean }) {
  const { t } = useTranslation('jobs')
  const live = useActivity().jobs
  const [again, setAgain] = useState<Job | null>(null)
  if (!jobs.length) {
    return <Empty action={filtered ? <ButtonLink to="/jobs">{t('clear_filters')}</ButtonLink> : <ButtonLink to="/clips" kind="pri">{t('to_clips')}</ButtonLink>}>
      {filtered ? t('none_match') : t('empty')}
    </Empty>
  }
  const now = jobs.map((job) => live.get(job.id) ?? job)
  const open = now.filter((job) => OPEN.includes(job.state)).sort((a, b) => Number(b.state === 'running') - Number(a.state === 'running'))
  const ended = now.filter((job) => !OPEN.includes(job.state))
  return (
    <div className="col" style={{ gap: 14 }}>
      <Part title={t('open')} jobs={open} onRetry={setAgain} />
      <Part title={t('history')} jobs={ended} onRetry={setAgain} />
      {again && <RetryDialog job={again} onClose={() => setAgain(null)} />}
    </div>
  )
}

function Part({ title, jobs, onRetry }: { title: string; jobs: readonly Job[]; onRetry: (job: Job) => void }) {
  const { t } = useTranslation('jobs')
  if (!jobs.length) return null
  return (
    <section className="card" aria-label={title}>
      <header><h2>{title}</h2><span className="s12 t3">{t('count', { count: jobs.length })}</span></header>
      <div className="pad joblist">{jobs.map((job) => <JobRow key={job.id} job={job} onRetry={() => onRetry(job)} />)}</div>
    </section>
  )
}
