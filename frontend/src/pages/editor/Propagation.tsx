/** Propagation from the shown frame: what it will change, how far it is, what it changed. */
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client'
import { lengthOf, runs, type Plan, type Reach, type Run, type Span } from '../../engine/following'
import type { Head } from '../../engine/session'
import { Button } from '../../parts/Button'
import { Dialog } from '../../parts/Dialog'
import { count } from '../../parts/format'
import { useRefusal } from '../../parts/Fault'
import { Icon } from '../../parts/Icon'
import { Progress } from '../../parts/Progress'
import { actionById, attempt, keyName, plan } from './actions'
import { nameOf } from './SidePanel'
import { useDesk, useSession } from './use'

const REACHES: Reach[] = ['earlier', 'both', 'later', 'all']

/** The exact frames, before anything runs; what nobody confirmed is told of, for it will be replaced. */
export function PropagateDialog() {
  const desk = useDesk()
  const session = useSession()
  const { t } = useTranslation('editor')
  const [refusal, setRefusal] = useState<unknown>(null)
  const { following } = session
  if (following.standing.kind !== 'planned') return null
  const { plan } = following.standing
  const subject = session.subjects.find((one) => one.id === plan.subject)
  const replaced = unconfirmed(plan, session.heads.values())
  const close = () => {
    following.dismiss()
    desk.set({ dialog: null })
  }
  const turn = (reach: Reach) => following.plan(reach).then(() => setRefusal(null), setRefusal)
  const start = () =>
    attempt(desk, async () => {
      desk.set({ dialog: null })
      await following.start()
    })
  const again = plan.reach === 'changed'
  const title = again ? t('propagate.again') : t('propagate.title', { frame: count(plan.frame) })
  const why = plan.spans.length ? null : t('propagate.current')
  return (
    <Dialog title={title} act={t('propagate.act')} why={why} focusesAct error={refusal} onClose={close} onAct={() => void start()}>
      {!again && (
        <span className="seg" role="group" aria-label={t('propagate.way')}>
          {REACHES.map((reach) => (
            <button key={reach} type="button" className={plan.reach === reach ? 'on' : ''} aria-pressed={plan.reach === reach} onClick={() => void turn(reach)}>
              {t(`propagate.${reach}`)}
            </button>
          ))}
        </span>
      )}
      <p>{why ?? t('propagate.will', { name: subject ? nameOf(subject, t) : '', count: lengthOf(plan.spans), ranges: ranges(plan.spans) })}</p>
      {replaced.length > 0 && (
        <p className="note warn">
          <Icon name="warn" /> {t('propagate.replaces', { count: replaced.length, ranges: ranges(runs(replaced)) })}
        </p>
      )}
      <p className="t2 s12">{t('propagate.kept')}</p>
    </Dialog>
  )
}

/** Frames of the plan that a person painted and nobody confirmed, in order. */
function unconfirmed({ subject, spans }: Plan, heads: Iterable<Head>): number[] {
  const painted = [...heads].filter((head) => head.subject === subject && head.by_person && !head.anchored)
  const inside = painted.filter(({ frame }) => spans.some(({ first, last }) => first <= frame && frame <= last))
  return inside.map(({ frame }) => frame).sort((a, b) => a - b)
}

export function PropagationBanner() {
  const desk = useDesk()
  const session = useSession()
  const { t } = useTranslation('editor')
  const refusal = useRefusal()
  const { following } = session
  const { standing } = following
  if (standing.kind === 'running') {
    const { job, stopping } = standing
    const label = t('propagate.running', { done: job.done, total: job.total })
    return (
      <div className="note" role="status">
        <Icon name="propx" />
        <span className="grow col">
          {job.total === 0 ? t('propagate.queued') : label}
          <Progress share={job.total ? job.done / job.total : 0} label={label} />
        </span>
        <Button size="s" keys="Esc" why={stopping ? t('propagate.stopping') : null} onClick={() => void attempt(desk, () => following.stop())}>
          {t('propagate.stop')}
        </Button>
      </div>
    )
  }
  if (standing.kind === 'undone') {
    return (
      <div className="note ok" role="status">
        <Icon name="check" />
        <span className="grow">{t('propagate.undone', { count: standing.frames.length, ranges: ranges(runs(standing.frames)) })}</span>
        <Button size="s" kind="bare" icon="x" label={t('dismiss')} onClick={() => following.dismiss()} />
      </div>
    )
  }
  if (standing.kind !== 'over') return null
  const { job, changed } = standing
  const failed = job.state === 'failed'
  return (
    <div className={failed ? 'note bad' : 'note ok'} role="status">
      <Icon name={failed ? 'err' : 'check'} />
      <span className="grow">
        {failed && refusal(job.error?.code ?? '', job.error?.message ?? '')} {t(`propagate.${job.state === 'cancelled' ? 'stopped' : 'done'}`, { count: changed.length, ranges: ranges(runs(changed)) })}
      </span>
      {changed.length > 0 && (
        <Button size="s" icon="undo" onClick={() => void attempt(desk, () => following.undo())}>
          {t('propagate.undo')}
        </Button>
      )}
      <Button size="s" kind="bare" icon="x" label={t('dismiss')} onClick={() => following.dismiss()} />
    </div>
  )
}

/** Frames that were propagated from an anchor which somebody changed, unpinned or set since: they may be made anew. */
export function OutdatedBanner() {
  const desk = useDesk()
  const session = useSession()
  const { t } = useTranslation('editor')
  const [putAway, putItAway] = useState('')
  const spans = useOutdated()
  const told = JSON.stringify([session.selected, spans])
  if (!spans.length || !session.chosen || putAway === told) return null
  return (
    <div className="note warn" role="status">
      <Icon name="propx" />
      <span className="grow">{t('propagate.outdated', { name: nameOf(session.chosen, t), count: lengthOf(spans), ranges: ranges(spans) })}</span>
      <Button size="s" keys={keyName(actionById('work.propagateAgain').keys[0]!)} onClick={() => void plan(desk, 'changed')}>
        {t('propagate.doAgain')}
      </Button>
      <Button size="s" kind="bare" icon="x" label={t('dismiss')} onClick={() => putItAway(told)} />
    </div>
  )
}

/** Of the selected subject; asked again whenever its anchors are others. */
function useOutdated(): Span[] {
  const { following, selected, shot, frame, task, heads, editable } = useSession()
  const anchors = [...heads.values()].filter((head) => head.subject === selected && head.anchored)
  const asked = useQuery({
    queryKey: ['outdated', shot.id, selected, task?.id, following.standing.kind, anchors.map((head) => head.revision).sort()],
    queryFn: () => data(api.GET('/api/shots/{id}/propagate', { params: { path: { id: shot.id }, query: { subject: selected!, frame, reach: 'changed' } } })),
    enabled: editable && !following.running && following.standing.kind !== 'planned' && anchors.length > 0,
    gcTime: 0,
  })
  return asked.data ?? []
}

export function ranges(spans: Run[]): string {
  return spans.map(({ first, last }) => (first === last ? count(first) : `${count(first)}–${count(last)}`)).join(', ')
}
