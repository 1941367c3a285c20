import { Select } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Show, Task } from '../../api/queries'
import { ButtonLink } from '../../parts/Button'
import { thumbUrl } from '../../parts/Filmstrip'
import { ServerImage } from '../../parts/ServerImage'
import { count, percent, shotNumber } from '../../parts/format'
import { shownState, StateBar, StateMark, STATES } from '../../parts/StateMark'
import { editUrl } from '../clip/ShotGrid'
import { heldBy } from './ordering'

interface AsideProps {
  tasks: readonly Task[]
  shows: readonly Show[]
  filter: { show: string; mine: boolean }
  onFilter: (filter: { show: string; mine: boolean }) => void
  now: number
  me: string
}

export function Aside({ tasks, shows, filter, onFilter, now, me }: AsideProps) {
  const { t } = useTranslation('tasks')
  const back = tasks.filter((task) => task.rejected && task.stage !== 'accepted' && task.stage !== 'review')
  const mine = tasks.filter((task) => heldBy(task, me, now))
  return (
    <aside className="col" style={{ gap: 14 }} aria-label={t('aside')}>
      <div className="card">
        <header><h2>{t('filter')}</h2></header>
        <div className="pad col">
          <Select size="xs" aria-label={t('filter_show')} value={filter.show || 'all'}
            data={[{ value: 'all', label: t('all_shows') }, ...shows.map(({ id, name }) => ({ value: id, label: name }))]}
            onChange={(show) => onFilter({ ...filter, show: show === 'all' || !show ? '' : show })} />
          <label className="row s12 check">
            <input type="checkbox" checked={filter.mine} onChange={(event) => onFilter({ ...filter, mine: event.currentTarget.checked })} />
            {t('only_mine', { count: mine.length })}
          </label>
        </div>
      </div>
      {back.length > 0 && <Back tasks={back} />}
      <Frames tasks={tasks} />
    </aside>
  )
}

/** What reviewers sent back, each with its reason. */
function Back({ tasks }: { tasks: readonly Task[] }) {
  const { t } = useTranslation('tasks')
  return (
    <div className="card">
      <header><h2>{t('back')}</h2><span className="chip bad">{tasks.length}</span></header>
      <div className="pad col">
        {tasks.slice(0, 3).map((task) => (
          <div key={task.id} className="col">
            <div className="row top">
              <ServerImage className="shot small" src={thumbUrl(task.clip, task.first)} alt="" />
              <div className="grow">
                <b>{task.clip_name} · {t('shot', { number: shotNumber(task.shot_number) })}</b>
                <div className="s12 t2">{t('rejected_by', { name: task.rejected!.by.name, reason: task.rejected!.reason })}</div>
              </div>
            </div>
            <ButtonLink to={editUrl(task.shot, task.id)}>{t('open')}</ButtonLink>
          </div>
        ))}
      </div>
    </div>
  )
}

/** All frames by state: how far the whole is. */
function Frames({ tasks }: { tasks: readonly Task[] }) {
  const { t } = useTranslation('tasks')
  const frames = { accepted: 0, review: 0, work: 0, rejected: 0, pre: 0 }
  for (const task of tasks) frames[shownState(task.stage, task.rejected !== null)] += task.frames
  const all = STATES.reduce((sum, state) => sum + frames[state], 0)
  return (
    <div className="card">
      <header><h2>{t('frames_title')}</h2></header>
      <div className="pad col">
        <div className="row" style={{ alignItems: 'baseline' }}>
          <span className="big">{count(frames.accepted)}</span>
          <span className="s12 t3">{t('frames_accepted', { count: frames.accepted, share: percent(all ? frames.accepted / all : 0) })}</span>
        </div>
        <StateBar frames={frames} />
        <div className="col s12">
          {STATES.map((state) => <span key={state} className="row"><StateMark state={state} /><span className="grow" /><span>{count(frames[state])}</span></span>)}
        </div>
      </div>
    </div>
  )
}
