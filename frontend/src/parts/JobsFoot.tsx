import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useActivity, type Job } from '../api/activity'
import { useUploads } from '../pages/clips/uploads'
import { percent } from './format'
import { Icon } from './Icon'
import { Progress } from './Progress'
import { measured, useJobWords } from './jobs'

/** The foot of the navigation: what runs now, and what failed. Always one click from every page. */
export function JobsFoot() {
  const { t } = useTranslation()
  const { jobs, counts, reachable } = useActivity()
  const uploads = useUploads()
  const all = [...jobs.values()]
  const running = all.find((job) => job.state === 'running')
  const last = all.filter((job) => job.state === 'done').sort(byEnd)[0]
  const sending = uploads.filter((row) => row.state === 'sending').length
  const open = (counts?.jobs_running ?? 0) + sending
  const failed = counts?.jobs_failed ?? 0
  return (
    <div className="jobs">
      {!reachable && <span className="chip warn" role="status"><Icon name="warn" />{t('offline')}</span>}
      <Link to="/jobs" className="row s12 t2 jobs-link">
        <span>{open ? t('jobs_running', { count: open }) : t('jobs_none')}</span>
        <span className="grow" />
        <Icon name="chev" />
      </Link>
      {running ? <Running job={running} /> : last && <Last job={last} />}
      {failed > 0 && <Link to="/jobs?state=failed" className="s12 bad">{t('jobs_failed', { count: failed })}</Link>}
    </div>
  )
}

function byEnd(a: Job, b: Job): number {
  return (b.finished_at ?? '').localeCompare(a.finished_at ?? '')
}

function Running({ job }: { job: Job }) {
  const words = useJobWords()
  const share = job.total ? job.done / job.total : 0
  const steps = job.total ? ` · ${words.stage(job)} ${measured([job.done, job.total], job.unit)}` : ''
  return (
    <>
      <div className="row s12 t3" title={words.title(job) + steps}>
        <span className="clip grow">{words.title(job)}</span>
        <span>{percent(share)}</span>
      </div>
      <Progress share={share} label={words.title(job)} />
    </>
  )
}

function Last({ job }: { job: Job }) {
  const { t } = useTranslation()
  const words = useJobWords()
  return <div className="s12 t3 clip">{t('job_done', { title: words.title(job) })}</div>
}
