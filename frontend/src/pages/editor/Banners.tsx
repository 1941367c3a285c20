/** What the person must know about the shot, above the picture: read-only and why, recovered strokes, a refusal. */
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client'
import { atLeast, useRole } from '../../api/session'
import { Button } from '../../parts/Button'
import { useRefusal } from '../../parts/Fault'
import { count } from '../../parts/format'
import { Icon } from '../../parts/Icon'
import { advance, attempt } from './actions'
import { JoinedBanner } from './Joining'
import { OwnedBanner } from './Parts'
import { PromptBanner } from './Prompts'
import { OutdatedBanner, PropagationBanner } from './Propagation'
import { useDesk, useDeskState, useSession } from './use'

export function Banners() {
  return (
    <div className="banner col" onPointerDown={(event) => event.stopPropagation()}>
      <ReadOnly />
      <Recovered />
      <PropagationBanner />
      <OutdatedBanner />
      <JoinedBanner />
      <OwnedBanner />
      <PromptBanner />
      <Refused />
      <NoSubject />
    </div>
  )
}

function ReadOnly() {
  const desk = useDesk()
  const session = useSession()
  const role = useRole()
  const { t } = useTranslation('editor')
  if (!session.readOnly) return null
  const holder = session.task?.holder?.name ?? ''
  return (
    <div className="note warn" role="status">
      <Icon name="lock" />
      <span className="grow">{t(`readOnly.${session.readOnly}`, { holder, defaultValue: t('readOnly.other') })}</span>
      {session.readOnly === 'accepted' && atLeast(role, 'reviewer') && (
        <Button size="s" onClick={() => void attempt(desk, () => advance(desk, 'reopen'))}>
          {t('reopen')}
        </Button>
      )}
      {session.readOnly === 'held' && (
        <Button size="s" onClick={() => void session.claim()}>
          {t('tryClaim')}
        </Button>
      )}
    </div>
  )
}

function Recovered() {
  const desk = useDesk()
  const session = useSession()
  const { t } = useTranslation('editor')
  if (!session.recovered) return null
  const frames = session.recovered.frames
  return (
    <div className="note ok" role="status">
      <Icon name="info" />
      <span className="grow">{t('recovered', { count: frames.length, frames: frames.slice(0, 5).map(count).join(', ') })}</span>
      <Button size="s" onClick={() => desk.go(frames[0]!)}>
        {t('goThere')}
      </Button>
      <Button size="s" kind="bare" icon="x" label={t('dismiss')} onClick={() => session.acknowledge()} />
    </div>
  )
}

function Refused() {
  const desk = useDesk()
  const { fault } = useDeskState()
  const { t } = useTranslation('editor')
  const sentence = useRefusal()
  if (!fault) return null
  return (
    <div className="note bad" role="alert">
      <Icon name="err" />
      <span className="grow">{sentence(fault.code, fault.message)}</span>
      <Button size="s" kind="bare" icon="x" label={t('dismiss')} onClick={() => desk.set({ fault: null })} />
    </div>
  )
}

/** Nobody was found: say so, or that the pre-label is still at work. */
function NoSubject() {
  const session = useSession()
  const { t } = useTranslation('editor')
  const waiting = session.people.length === 0 && session.task?.stage === 'prelabel'
  const path = { params: { path: { id: session.shot.id } } }
  useQuery({
    queryKey: ['shot', session.shot.id, 'prelabel'],
    queryFn: async () => {
      const shot = await data(api.GET('/api/shots/{id}', path))
      if (shot.tasks.some((task) => task.stage !== 'prelabel')) await session.reloadShot()
      return shot.id
    },
    enabled: waiting,
    refetchInterval: 3000,
    gcTime: 0,
  })
  if (session.people.length > 0) return null
  return (
    <div className="note" role="status">
      <Icon name="info" />
      <span>{t(waiting ? 'noSubjectYet' : 'noSubject')}</span>
    </div>
  )
}
