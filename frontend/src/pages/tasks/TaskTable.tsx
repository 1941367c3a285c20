import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { Task } from '../../api/queries'
import { thumbUrl } from '../../parts/Filmstrip'
import { ServerImage } from '../../parts/ServerImage'
import { count, range, shotNumber } from '../../parts/format'
import { shownState, StateMark } from '../../parts/StateMark'
import { When } from '../../parts/When'
import { editUrl } from '../clip/ShotGrid'
import { heldBy, isHeld } from './ordering'

interface TaskTableProps {
  tasks: readonly Task[]
  title: string
  now: number
  me: string
}

export function TaskTable({ tasks, title, now, me }: TaskTableProps) {
  const { t } = useTranslation('tasks')
  return (
    <section className="card" aria-label={title}>
      <header><h2>{title}</h2><span className="s12 t3">{t('tasks', { count: tasks.length })}</span></header>
      <div className="pad">
        <table className="tasktable">
          <thead>
            <tr>
              <th><span className="sr">{t('col.picture')}</span></th>
              <th>{t('col.shot')}</th>
              <th>{t('col.stage')}</th>
              <th>{t('col.holder')}</th>
              <th className="r">{t('col.labelled')}</th>
              <th className="r">{t('col.anchors')}</th>
              <th className="r">{t('col.updated')}</th>
            </tr>
          </thead>
          <tbody>{tasks.map((task) => <Row key={task.id} task={task} now={now} me={me} />)}</tbody>
        </table>
      </div>
    </section>
  )
}

function Row({ task, now, me }: { task: Task; now: number; me: string }) {
  const { t } = useTranslation('tasks')
  return (
    <tr>
      <td className="thumb"><ServerImage loading="lazy" src={thumbUrl(task.clip, Math.floor((task.first + task.last) / 2))} alt="" /></td>
      <td>
        <Link className="rowlink b" to={`${editUrl(task.shot, task.id)}&frame=${task.first}`}>
          {task.clip_name} · {t('shot', { number: shotNumber(task.shot_number) })}
        </Link>
        <div className="s12 t2">{task.show_name} · {t('span', { range: range(task.first, task.last) })}{task.stage !== 'prelabel' && ` · ${t('people', { count: task.subjects })}`}</div>
        {task.rejected && <div className="s12 bad">{t('rejected_by', { name: task.rejected.by.name, reason: task.rejected.reason })}</div>}
      </td>
      <td><StateMark state={shownState(task.stage, task.rejected !== null)} /></td>
      <td className="s12"><Holder task={task} now={now} me={me} /></td>
      <td className="r">{count(task.labelled)} / {count(task.frames * task.subjects)}</td>
      <td className="r">{count(task.anchors)}</td>
      <td className="r s12 t3 nowrap"><When at={task.updated_at} /></td>
    </tr>
  )
}

/** Who holds the task, and for how many minutes more. */
function Holder({ task, now, me }: { task: Task; now: number; me: string }) {
  const { t } = useTranslation('tasks')
  if (!isHeld(task, now)) return <span className="t3">{task.stage === 'accepted' ? '' : t(task.stage === 'prelabel' ? 'waits_for_prelabel' : 'free')}</span>
  const minutes = Math.ceil((Date.parse(task.lease_until!) - now) / 60_000)
  const mine = heldBy(task, me, now)
  return <span className={mine ? 'acc' : 't2'}>{t(mine ? 'held_by_me' : 'held_by', { name: task.holder!.name, minutes })}</span>
}
