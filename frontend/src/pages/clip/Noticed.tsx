import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api, data, type Schemas } from '../../api/client'
import { useSurvey, type Clip } from '../../api/queries'
import { Button } from '../../parts/Button'
import { Fault } from '../../parts/Fault'
import { aspect, thumbUrl } from '../../parts/Filmstrip'
import { ServerImage } from '../../parts/ServerImage'
import { count, percent, range } from '../../parts/format'
import { Icon } from '../../parts/Icon'
import { toast } from '../../parts/toasts'
import { byKind, rectangles } from './noticing'
import { VoidMark } from './VoidMark'

type Survey = Schemas['Survey']
type Suggestion = Schemas['Suggestion']
type State = NonNullable<Suggestion['state']>

/** What the clip's survey noticed, each to be accepted or dismissed. */
export function Noticed({ clip }: { clip: Clip }) {
  const { t } = useTranslation('clip')
  const survey = useSurvey(clip.id).data
  const acts = useActs(clip)
  if (!survey || (!survey.suggestions.length && !survey.cadence)) return null
  return (
    <section className="card" aria-label={t('noticed.title')}>
      <header><h2>{t('noticed.title')}</h2><span className="s12 t3">{t('noticed.why')}</span></header>
      <div className="pad col">
        {survey.cadence && <Cadence clip={clip} survey={survey} />}
        {byKind(survey.suggestions).map(([kind, some]) => <Kind key={kind} clip={clip} some={some} acts={acts} />)}
        {acts.error ? <Fault error={acts.error} /> : null}
      </div>
    </section>
  )
}

function useActs(clip: Clip) {
  const client = useQueryClient()
  const path = { id: clip.id }
  const keep = (survey: Survey) => {
    client.setQueryData(['clip', clip.id, 'survey'], survey)
    for (const other of [['clip', clip.id, 'shots'], ['clip', clip.id, 'cuts'], ['clips'], ['tasks']]) void client.invalidateQueries({ queryKey: other })
  }
  const one = useMutation({
    mutationFn: ({ id, state }: { id: string; state: State }) =>
      data(api.PATCH('/api/clips/{id}/survey/{suggestion}', { params: { path: { ...path, suggestion: id } }, body: { state } })),
    onSuccess: keep,
  })
  const all = useMutation({
    mutationFn: (body: Schemas['DecideAllRequest']) => data(api.POST('/api/clips/{id}/survey', { params: { path }, body })),
    onSuccess: keep,
  })
  return { one, all, error: one.error ?? all.error, busy: one.isPending || all.isPending }
}

type Acts = ReturnType<typeof useActs>

function Cadence({ clip, survey }: { clip: Clip; survey: Survey }) {
  const { t } = useTranslation('clip')
  const known = survey.cadence === 'twos' || survey.cadence === 'threes'
  const name = known ? t(`noticed.cadence.${survey.cadence as 'twos' | 'threes'}`) : t('noticed.cadence.one_in', { n: survey.cadence.replace(/\D/g, '') })
  const client = useQueryClient()
  const share = useMutation({
    mutationFn: () => data(api.POST('/api/clips/{id}/repeats/share', { params: { path: { id: clip.id } } })),
    onSuccess: ({ labels, held }) => {
      toast([labels ? t('noticed.shared', { count: labels }) : t('noticed.none_shared'), held ? t('noticed.held', { count: held }) : ''].filter(Boolean).join(' · '))
      void client.invalidateQueries({ queryKey: ['clip', clip.id] })
    },
  })
  return (
    <div className="s12">
      <Icon name="copy" tone="t3" /> <b>{name}</b>{' '}
      <span className="t3">{t('noticed.repeats', { count: survey.repeats.length, frames: count(clip.frames), share: percent(survey.cadence_share) })}</span>
      <p className="t3">{t('noticed.share_why')}</p>
      <div className="row tight" style={{ marginTop: 6 }}>
        <Button size="s" icon="link" needs="annotator" why={share.isPending ? t('cuts.working') : null} onClick={() => share.mutate()}>{t('noticed.share')}</Button>
      </div>
      {share.error && <Fault error={share.error} />}
    </div>
  )
}

/** One or two are shown as they are; a film with fifty subtitles is decided on at once. */
function Kind({ clip, some, acts }: { clip: Clip; some: readonly Suggestion[]; acts: Acts }) {
  const { t } = useTranslation('clip')
  const kind = some[0]!.kind
  const open = some.filter(({ state }) => state === 'open').length
  const list = <ul className="col plain">{some.map((one) => <One key={one.id} clip={clip} suggestion={one} acts={acts} />)}</ul>
  if (some.length < 3) return list
  const all = (state: State) => acts.all.mutate({ kind, state })
  return (
    <details>
      <summary className="row tight">
        <span className="grow"><b>{t(`noticed.kind.${kind}`)}</b> <span className="s12 t3">{t('noticed.many', { count: some.length })}{open ? ` · ${t('noticed.open', { count: open })}` : ''}</span></span>
        {open > 0 && (
          <>
            <Button size="s" icon="check" needs="annotator" onClick={() => all('accepted')}>{t('noticed.accept_all')}</Button>
            <Button size="s" kind="bare" needs="annotator" onClick={() => all('dismissed')}>{t('noticed.dismiss_all')}</Button>
          </>
        )}
      </summary>
      {list}
    </details>
  )
}

function One({ clip, suggestion, acts }: { clip: Clip; suggestion: Suggestion; acts: Acts }) {
  const { t } = useTranslation('clip')
  const { id, kind, first, last, cut } = suggestion
  const decide = (state: State) => acts.one.mutate({ id, state })
  const middle = Math.floor((first + last) / 2)
  return (
    <li className="noticed">
      <div className="frame" style={{ aspectRatio: aspect(clip) }}>
        <ServerImage src={thumbUrl(clip.id, middle)} alt="" />
        {rectangles(suggestion, clip).map((area, index) => <VoidMark key={index} area={area} />)}
      </div>
      <div className="col" style={{ gap: 4 }}>
        <div>
          <b>{t(`noticed.kind.${kind}`)}</b>{' '}
          <span className="s12 t3">{t('frames', { range: range(first, last) })}</span>
          <div className="s12 t2">{cut !== null ? t('noticed.wants_cut', { frame: count(cut) }) : t('noticed.wants_void')}</div>
        </div>
        {suggestion.state === 'open' ? (
          <div className="row tight">
            <Button size="s" icon="check" needs="annotator" why={acts.busy ? t('cuts.working') : null} onClick={() => decide('accepted')}>{t('noticed.accept')}</Button>
            <Button size="s" kind="bare" needs="annotator" onClick={() => decide('dismissed')}>{t('noticed.dismiss')}</Button>
          </div>
        ) : (
          <div className="row tight s12">
            <span className="t2 grow">{t(suggestion.state === 'accepted' ? 'noticed.accepted_by' : 'noticed.dismissed_by', { name: suggestion.decided_by?.name ?? '' })}</span>
            <Button size="s" kind="bare" icon="undo" needs="annotator" label={t('noticed.reopen')} onClick={() => decide('open')} />
          </div>
        )}
      </div>
    </li>
  )
}
