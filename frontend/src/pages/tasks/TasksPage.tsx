import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { useNextTask, useShows, useTasks, type Task } from '../../api/queries'
import { useMe } from '../../api/session'
import { Button, ButtonLink } from '../../parts/Button'
import { count } from '../../parts/format'
import { Page } from '../../parts/Page'
import { Empty, notYet } from '../../parts/Waiting'
import { NextTask } from './NextTask'
import { inTab, offered, queue, type Tab } from './ordering'
import { Aside } from './Aside'
import { TaskTable } from './TaskTable'
import { useNow } from './useNow'

const TABS: readonly Tab[] = ['annotate', 'review', 'accepted']

export function TasksPage() {
  const { t } = useTranslation('tasks')
  const [search, setSearch] = useSearchParams()
  const tab = TABS.find((one) => one === search.get('tab')) ?? 'annotate'
  const tasks = useTasks()
  const choose = (next: Tab) => {
    search.set('tab', next)
    setSearch(search, { replace: true })
  }
  return (
    <Page title={t('title')} heading={
      <span className="row">
        {t('title')}
        <span className="seg" role="group" aria-label={t('tabs')}>
          {TABS.map((one) => (
            <button key={one} type="button" className={one === tab ? 'on' : ''} aria-pressed={one === tab} onClick={() => choose(one)}>
              {t(`tab.${one}`)} {count(inTab(tasks.data ?? [], one).length)}
            </button>
          ))}
        </span>
      </span>
    }>
      {notYet(tasks, 5, 80, t('title')) ?? <Queue key={tab} tab={tab} tasks={tasks.data ?? []} />}
    </Page>
  )
}

function Queue({ tab, tasks }: { tab: Tab; tasks: readonly Task[] }) {
  const { t } = useTranslation('tasks')
  const me = useMe().data?.id ?? ''
  const now = useNow()
  const [filter, setFilter] = useState({ show: '', mine: false })
  const [passed, setPassed] = useState<ReadonlySet<string>>(new Set())
  const next = useNextTask().data ?? null
  const queued = queue(tasks, { ...filter, tab, me }, now)
  const first = tab === 'accepted' ? null : offered(next, queued, passed, me, now)
  const rest = queued.filter((task) => task.id !== first?.id)
  const filtered = filter.show !== '' || filter.mine
  const pass = (task: Task) => setPassed(new Set([...passed, task.id]))
  return (
    <div className="queue">
      <div className="col" style={{ gap: 14, minWidth: 0 }}>
        {first && <NextTask task={first} tab={tab} onPass={rest.length ? () => pass(first) : null} />}
        {passed.size > 0 && !first && <PassedAll onAgain={() => setPassed(new Set())} />}
        {queued.length === 0
          ? <Nothing tab={tab} filtered={filtered} onClear={() => setFilter({ show: '', mine: false })} />
          : rest.length > 0 && <TaskTable tasks={rest} title={first ? t('after') : t(`tab.${tab}`)} now={now} me={me} />}
      </div>
      <Aside tasks={tasks} shows={useShows().data ?? []} filter={filter} onFilter={setFilter} now={now} me={me} />
    </div>
  )
}

function Nothing({ tab, filtered, onClear }: { tab: Tab; filtered: boolean; onClear: () => void }) {
  const { t } = useTranslation('tasks')
  if (filtered) return <Empty action={<Button onClick={onClear}>{t('clear_filters')}</Button>}>{t('none_match')}</Empty>
  return <Empty action={<ButtonLink to="/clips" kind="pri">{t('to_clips')}</ButtonLink>}>{t(`empty.${tab}`)}</Empty>
}

function PassedAll({ onAgain }: { onAgain: () => void }) {
  const { t } = useTranslation('tasks')
  return <Empty action={<Button onClick={onAgain}>{t('show_again')}</Button>}>{t('passed_all')}</Empty>
}
