import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useTouched, type Show } from '../../api/queries'
import { count } from '../../parts/format'
import { Icon } from '../../parts/Icon'

/** What stands on a show whose rights no longer hold: nothing of it is removed, so somebody has to act on it. */
export function TouchedCard({ show }: { show: Show }) {
  const { t } = useTranslation('show')
  const touched = useTouched(show.id).data
  if (!touched) return null
  return (
    <section className="card" aria-label={t('touched')}>
      <header><Icon name="warn" tone="warn" /><h2>{t('touched')}</h2><span className="s12 t3 grow">{t('touched_why')}</span></header>
      <div className="pad halves">
        <div className="col">
          <h3>{t('touched_clips', { count: touched.clips.length, frames: count(touched.clips.reduce((sum, { frames }) => sum + frames, 0)) })}</h3>
          <ul className="touched">{touched.clips.map(({ id, name }) => <li key={id}><Link className="clip" to={`/clips/${id}`}>{name}</Link></li>)}</ul>
        </div>
        <div className="col">
          <h3>{touched.releases.length ? t('touched_releases', { count: touched.releases.length }) : t('no_releases')}</h3>
          <ul className="touched">{touched.releases.map(({ id, name }) => <li key={id}><Link className="clip" to={`/releases/${id}`}>{name}</Link></li>)}</ul>
        </div>
      </div>
    </section>
  )
}
