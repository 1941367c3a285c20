import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { atLeast, useRole } from '../../api/session'
import { Button } from '../../parts/Button'
import { clock, count, shotNumber } from '../../parts/format'
import { BrandMark, Icon } from '../../parts/Icon'
import { LanguageSwitch } from '../../parts/LanguageSwitch'
import { shownState, StateMark } from '../../parts/StateMark'
import { advance, attempt } from './actions'
import { useDesk, useSession } from './use'

export function TopBar() {
  const session = useSession()
  const { t } = useTranslation('editor')
  const { clip, number, previous, next } = session.shot
  return (
    <header className="top">
      <Link to="/" aria-label={t('home')} title={t('home')}>
        <BrandMark />
      </Link>
      <nav className="crumb" aria-label={t('where')}>
        <Link to={`/clips?show=${clip.show}`}>{clip.show_name}</Link>
        <Icon name="chev" />
        <Link to={`/clips/${clip.id}`}>{clip.name}</Link>
        <Icon name="chev" />
        {previous && <ShotLink id={previous} name="chevl" label={t('previousShot')} />}
        <b>{t('shot', { number: shotNumber(number) })}</b>
        {next && <ShotLink id={next} name="chev" label={t('nextShot')} />}
      </nav>
      <span className="vr" />
      {session.task && <StateMark state={shownState(session.task.stage ?? 'prelabel', session.task.rejected !== null)} />}
      <span className="t3 s12">{t('frames', { count: session.shot.last - session.shot.first + 1 })}</span>
      <span className="grow" />
      <SaveChip />
      <Lease />
      <TakeAway />
      <LanguageSwitch />
      <Decision />
    </header>
  )
}

function ShotLink({ id, name, label }: { id: string; name: 'chev' | 'chevl'; label: string }) {
  return (
    <Link className="btn bare sq s" to={`/edit/${id}`} aria-label={label} title={label}>
      <Icon name={name} />
    </Link>
  )
}

/** One of five: saved, saving, offline, conflict, error. */
function SaveChip() {
  const session = useSession()
  const { t } = useTranslation('editor')
  const state = session.saver.state
  const unsent = session.unsent
  if (state.kind === 'saving') return <span className="chip" role="status">{t('save.saving', { count: state.strokes })}</span>
  if (state.kind === 'offline') return <span className="chip warn" role="status">{t('save.offline', { count: state.strokes })}</span>
  if (state.kind === 'conflict') return <span className="chip bad" role="status">{t('save.conflict')}</span>
  if (state.kind === 'error') return <span className="chip bad" role="status" title={state.message}>{t('save.error')}</span>
  if (unsent) return <span className="chip" role="status">{t('save.unsent', { count: unsent })}</span>
  const time = state.at === null ? null : clock(new Date(state.at))
  return (
    <span className="s12 ok row tight" role="status">
      <Icon name="check" /> {time ? t('save.saved', { time }) : t('save.nothing')}
    </span>
  )
}

function Lease() {
  const session = useSession()
  const { t } = useTranslation('editor')
  const until = session.task?.lease_until
  if (!until || session.readOnly) return null
  return (
    <span className="s12 t2 row tight" title={t('leaseUntil', { time: clock(new Date(until)) })}>
      <Icon name="clock" /> {t('held')}
    </span>
  )
}

function TakeAway() {
  const desk = useDesk()
  const { t } = useTranslation('editor')
  return <Button kind="bare" icon="down" needs="annotator" label={t('takeAway.title')} onClick={() => desk.set({ dialog: 'takeAway' })} />
}

/** The one decision of the page: submit for an annotator; accept or reject for a reviewer. */
function Decision() {
  const desk = useDesk()
  const session = useSession()
  const role = useRole()
  const { t } = useTranslation('editor')
  const stage = session.task?.stage
  if (!stage || stage === 'accepted' || session.readOnly) return null
  const why = stage === 'prelabel' ? t('stillPrelabel') : null
  const reviewer = atLeast(role, 'reviewer')
  return (
    <>
      {reviewer && stage === 'review' && <Button onClick={() => desk.set({ dialog: 'reject' })}>{t('reject')}</Button>}
      {stage !== 'review' && (
        <Button kind={reviewer ? undefined : 'pri'} why={why} keys={reviewer ? undefined : 'Ctrl ↵'} onClick={() => void attempt(desk, () => advance(desk, 'submit'))}>
          {t('submit')}
        </Button>
      )}
      {reviewer && (
        <Button kind="pri" why={why} onClick={() => void attempt(desk, () => advance(desk, 'accept'))}>
          {t('accept', { range: range(session.task!) })}
        </Button>
      )}
    </>
  )
}

function range(task: { first: number; last: number }): string {
  return count(task.last - task.first + 1)
}
