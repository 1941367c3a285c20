/** Every revision of the frame and subject, newest first; an older one comes back with one click, and can be undone. */
import { useQuery } from '@tanstack/react-query'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { api, data, type Schemas } from '../../api/client'
import { useLanguage } from '../../i18n'
import { Button } from '../../parts/Button'
import { count, fullTime, moment } from '../../parts/format'
import { Icon } from '../../parts/Icon'
import type { IconName } from '../../parts/icons'
import { actionById, attempt, keyName } from './actions'
import { useDesk, useDeskState, useSession } from './use'

type Revision = Schemas['Revision']

const ICONS: Record<Revision['source'], IconName> = {
  model: 'chip',
  person: 'person',
  solver: 'solve',
  propagation: 'dnext',
  import: 'up',
  cut: 'sciss',
}

export function HistoryPanel() {
  const desk = useDesk()
  const session = useSession()
  useDeskState()
  const { t } = useTranslation('editor')
  const { frame, selected, shot } = session
  const head = selected ? session.head(selected)?.revision : undefined
  const revisions = useQuery({
    queryKey: ['history', shot.clip.id, frame, selected, head],
    queryFn: () =>
      data(
        api.GET('/api/frames/{clip}/{index}/history', {
          params: { path: { clip: shot.clip.id, index: frame }, query: { subject: selected! } },
        }),
      ),
    enabled: selected !== null,
    placeholderData: (before) => before,
  })
  return (
    <section className="sec" aria-label={t('history')}>
      <header>
        <h3>{t('historyOf', { frame: count(frame) })}</h3>
        <span className="sp" />
        {(['history.undo', 'history.redo'] as const).map((id) => {
          const action = actionById(id)
          const label = `${t(`action.${id}`)} ${keyName(action.keys[0]!)}`
          const why = action.enabled?.(desk) ? null : label
          return <Button key={id} size="s" kind="bare" icon={id === 'history.undo' ? 'undo' : 'redo'} label={label} why={why} onClick={() => action.run(desk)} />
        })}
      </header>
      {session.current?.dirty && (
        <div className="rev on">
          <Icon name="person" />
          <span>{t('open', { count: session.current.toolCounts.reduce((sum, tool) => sum + tool.count, 0) })}</span>
        </div>
      )}
      {revisions.data?.length === 0 && <p className="s12 t3">{t('noHistory')}</p>}
      {revisions.data?.map((revision, place) => (
        <Row key={revision.id} revision={revision} number={revisions.data.length - place} />
      ))}
    </section>
  )
}

function Row({ revision, number }: { revision: Revision; number: number }) {
  const desk = useDesk()
  const session = useSession()
  const { t } = useTranslation('editor')
  const language = useLanguage()
  return (
    <div className={revision.head ? 'rev on' : 'rev'} title={fullTime(revision.created_at)}>
      <Icon name={ICONS[revision.source]} />
      <span className="clip">
        {revision.anchored && <Icon name="diam" />} {[...presenceOf(revision, t), ...whoDid(revision, t)].join(' · ')}
      </span>
      <span className="row tight t3">
        {!revision.head && !session.readOnly && (
          <Button size="s" kind="bare" onClick={() => void attempt(desk, () => session.restore(revision.id))}>
            {t('restore')}
          </Button>
        )}
        {revision.head && revision.anchored && !session.readOnly && (
          <Button size="s" kind="bare" onClick={() => void attempt(desk, () => session.unpin(revision.id))}>
            {t('unpin')}
          </Button>
        )}
        {moment(revision.created_at, language)} · r{number}
      </span>
    </div>
  )
}

/** First, since a narrow panel cuts the end; present is what goes without saying. */
function presenceOf({ presence }: Revision, t: TFunction<'editor'>): string[] {
  return presence === 'absent' || presence === 'occluded' ? [t(presence)] : []
}

function whoDid({ model, author, source, tools }: Revision, t: TFunction<'editor'>): string[] {
  if (model) return [t(`source.${source}`), model.name]
  const done = (tools as { tool: string; count: number }[]).map(({ tool, count: times }) => t(`tool.${tool}`, { count: times, defaultValue: tool }))
  return author ? [author.name, done.join(' + ') || t(`source.${source}`)] : [t(`source.${source}`), ...done]
}
