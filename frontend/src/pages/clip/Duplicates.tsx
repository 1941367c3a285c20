import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { api, data, type Schemas } from '../../api/client'
import { useDuplicates, type Clip } from '../../api/queries'
import { Button } from '../../parts/Button'
import { Fault } from '../../parts/Fault'
import { count, percent, seconds } from '../../parts/format'
import { thumbUrl } from '../../parts/Filmstrip'
import { ServerImage } from '../../parts/ServerImage'
import { useLanguage } from '../../i18n'

type Pair = Schemas['Duplicate']
type State = Pair['state']

/** Other clips that show the same moments, each with the two frames most alike. Nothing while there are none. */
export function Duplicates({ clip }: { clip: Clip }) {
  const { t } = useTranslation('clip')
  const pairs = useDuplicates(clip.id).data ?? []
  if (!pairs.length) return null
  return (
    <section className="card" aria-label={t('twins.title')}>
      <header><h2>{t('twins.title')}</h2><span className="s12 t3">{t('twins.why')}</span></header>
      <ul className="pad col plain">{pairs.map((pair) => <Twin key={pair.id} clip={clip} pair={pair} />)}</ul>
    </section>
  )
}

function Twin({ clip, pair }: { clip: Clip; pair: Pair }) {
  const { t } = useTranslation('clip')
  const language = useLanguage()
  const later = pair.seconds_later
  const how = [
    pair.kind === 'bytes' ? t('twins.same_bytes') : t('twins.alike', { share: percent(pair.score ?? 0) }),
    pair.overlap ? t('twins.overlap', { time: seconds(pair.overlap, language) }) : '',
    Math.abs(later) >= 0.05 ? t(later > 0 ? 'twins.later' : 'twins.earlier', { time: seconds(Math.abs(later), language) }) : '',
    pair.mirrored ? t('twins.mirrored') : '',
  ]
  return (
    <li className="col" style={{ gap: 6 }}>
      <div className="pair">
        <figure><ServerImage src={thumbUrl(clip.id, pair.frame)} alt="" /><figcaption className="s12 t3">{t('twins.here', { frame: count(pair.frame) })}</figcaption></figure>
        {pair.other && (
          <figure><ServerImage src={thumbUrl(pair.other.id, pair.other_frame)} alt="" /><figcaption className="s12 t3">{t('twins.there', { frame: count(pair.other_frame) })}</figcaption></figure>
        )}
      </div>
      <div>
        {pair.other ? <Link className="b" to={`/clips/${pair.other.id}`}>{pair.other.show_name} · {pair.other.name}</Link> : <span className="b">{t('twins.unseen')}</span>}
        <div className="s12 t2">{how.filter(Boolean).join(' · ')}</div>
      </div>
      <Decide clip={clip} pair={pair} />
    </li>
  )
}

function Decide({ clip, pair }: { clip: Clip; pair: Pair }) {
  const { t } = useTranslation('clip')
  const client = useQueryClient()
  const decide = useMutation({
    mutationFn: (state: NonNullable<State>) =>
      data(api.PATCH('/api/clips/{id}/duplicates/{pair}', { params: { path: { id: clip.id, pair: pair.id } }, body: { state } })),
    onSuccess: () => {
      for (const key of [['clip', clip.id], ['clips']]) void client.invalidateQueries({ queryKey: key })
    },
  })
  if (pair.state !== 'open') {
    const by = pair.decided_by?.name ?? ''
    return (
      <div className="row s12">
        <span className="t2 grow">{t(pair.state === 'kept' ? 'twins.kept_by' : 'twins.dismissed_by', { name: by })}</span>
        <Button size="s" kind="bare" icon="undo" needs="annotator" onClick={() => decide.mutate('open')}>{t('twins.reopen')}</Button>
      </div>
    )
  }
  return (
    <>
      <div className="row tight">
        <Button size="s" icon="link" needs="annotator" onClick={() => decide.mutate('kept')}>{t('twins.keep')}</Button>
        <Button size="s" kind="bare" needs="annotator" onClick={() => decide.mutate('dismissed')}>{t('twins.dismiss')}</Button>
      </div>
      {decide.error && <Fault error={decide.error} />}
    </>
  )
}
