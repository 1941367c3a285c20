import { useQueryClient, type QueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { NavLink, Outlet } from 'react-router'
import { feed, OPEN, useActivity, type Job } from '../api/activity'
import { count } from './format'
import { BrandMark, Icon } from './Icon'
import type { IconName } from './icons'
import { JobsFoot } from './JobsFoot'

/** Navigation on the left, the page on the right. */
export function Shell() {
  const { t } = useTranslation()
  useFreshLists()
  return (
    <div className="app">
      <a className="skip" href="#page">{t('skip_to_page')}</a>
      <nav className="nav" aria-label={t('nav.main')}>
        <div className="brand"><BrandMark /><span>{t('app')}</span></div>
        <Links />
        <JobsFoot />
      </nav>
      <Outlet />
    </div>
  )
}

function Links() {
  const { t } = useTranslation()
  const { counts } = useActivity()
  return (
    <>
      <Entry to="/" icon="home" name={t('nav.home')} />
      <Entry to="/clips" icon="film" name={t('nav.clips')} n={counts?.clips} />
      <Entry to="/tasks" icon="tasks" name={t('nav.tasks')} n={counts?.tasks} />
      <Entry to="/releases" icon="pack" name={t('nav.releases')} n={counts?.releases} />
    </>
  )
}

function Entry({ to, icon, name, n }: { to: string; icon: IconName; name: string; n?: number }) {
  return (
    <NavLink to={to} end={to === '/'} className={({ isActive }) => (isActive ? 'on' : '')}>
      <Icon name={icon} />
      <span>{name}</span>
      {n ? <span className="n">{count(n)}</span> : null}
    </NavLink>
  )
}

/** Lists are asked for again when a job that touches them changes state. */
function useFreshLists(): void {
  const client = useQueryClient()
  useEffect(() => {
    const seen = new Map<string, string>()
    // What had ended before this page asked for its lists stands in them already.
    let asked = false
    const seeAgain = () => feed.wake()
    document.addEventListener('visibilitychange', seeAgain)
    const leave = feed.listen((changed) => {
      if (changed.filter((job) => stateChanged(seen, job, asked)).length) freshen(client)
      asked = true
    })
    return () => {
      document.removeEventListener('visibilitychange', seeAgain)
      leave()
    }
  }, [client])
}

/** A short job may have ended before it is heard of for the first time. */
function stateChanged(seen: Map<string, string>, job: Job, asked: boolean): boolean {
  const before = seen.get(job.id)
  const state = `${job.state} ${job.stage}`
  seen.set(job.id, state)
  return before === undefined ? asked || OPEN.includes(job.state) : before !== state
}

function freshen(client: QueryClient): void {
  for (const key of ['clips', 'clip', 'shows', 'room', 'tasks', 'releases', 'home', 'jobs']) {
    void client.invalidateQueries({ queryKey: [key] })
  }
}
