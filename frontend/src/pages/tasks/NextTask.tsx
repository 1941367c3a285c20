import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import type { Task } from '../../api/queries'
import { Button } from '../../parts/Button'
import { frameUrl } from '../../parts/Filmstrip'
import { ServerImage } from '../../parts/ServerImage'
import { count, percent, range, shotNumber } from '../../parts/format'
import { Icon } from '../../parts/Icon'
import { shownState, StateMark } from '../../parts/StateMark'
import { editUrl } from '../clip/ShotGrid'
import type { Tab } from './ordering'

/** The task to take now; ↵ starts it, S passes over it. */
export function NextTask({ task, tab, onPass }: { task: Task; tab: Tab; onPass: (() => void) | null }) {
  const { t } = useTranslation('tasks')
  const navigate = useNavigate()
  const wanted = task.frames * task.subjects
  const url = `${editUrl(task.shot, task.id)}&frame=${task.first}`
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const free = event.target === document.body || (event.target as HTMLElement).id === 'page'
      if (!free || event.ctrlKey || event.metaKey || event.altKey) return
      if (event.code === 'Enter') void navigate(url)
      if (event.code === 'KeyS') onPass?.()
    }
    document.addEventListener('keydown', press)
    return () => document.removeEventListener('keydown', press)
  })
  return (
    <section className="card next-task" aria-label={t('next')}>
      <ServerImage src={frameUrl(task.clip, Math.floor((task.first + task.last) / 2))} alt="" />
      <div className="col">
        <div className="row">
          <span className="s12 acc b">{t('next')}</span>
          <span className="grow" />
          <StateMark state={shownState(task.stage, task.rejected !== null)} />
        </div>
        <div>
          <h2 className="object">{task.show_name} › {task.clip_name} › {t('shot', { number: shotNumber(task.shot_number) })}</h2>
          <div className="s12 t3">{t('frames', { count: task.frames, shown: count(task.frames), range: range(task.first, task.last) })} · {t('people', { count: task.subjects })}</div>
        </div>
        <div className="note"><Icon name="info" /><span>{t(why(task, tab))}</span></div>
        {task.rejected && <div className="note bad"><Icon name="err" /><span>{t('rejected_by', { name: task.rejected.by.name, reason: task.rejected.reason })}</span></div>}
        <dl className="kv">
          <dt>{t('labelled')}</dt><dd>{count(task.labelled)} / {count(wanted)} <span className="t3">{percent(wanted ? task.labelled / wanted : 0)}</span></dd>
          <dt>{t('anchors')}</dt><dd>{count(task.anchors)}</dd>
        </dl>
        <div className="row push-down">
          <Button kind="pri" size="xl" keys="↵" onClick={() => void navigate(url)}>{t(tab === 'review' ? 'start_review' : 'start')}</Button>
          {onPass && <Button kind="bare" size="xl" keys="S" onClick={onPass}>{t('pass')}</Button>}
        </div>
      </div>
    </section>
  )
}

function why(task: Task, tab: Tab): string {
  if (task.rejected) return 'why.rejected'
  if (task.holder) return 'why.held'
  return tab === 'review' ? 'why.review' : task.anchors ? 'why.begun' : 'why.first'
}
