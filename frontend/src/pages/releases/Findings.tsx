import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import type { Preview } from '../../api/queries'
import { ButtonLink } from '../../parts/Button'
import { count } from '../../parts/format'
import { Icon } from '../../parts/Icon'

type Finding = Preview['blockers'][number]

/** What stands in the way, each with the way to clear it; then what one should know. */
export function Findings({ blockers, notices }: { blockers: readonly Finding[]; notices: readonly Finding[] }) {
  const { t } = useTranslation('releases')
  return (
    <>
      {blockers.length === 0
        ? <div className="note ok"><Icon name="check" /><span>{t('no_blockers')}</span></div>
        : <div className="note bad"><Icon name="err" /><b>{t('blocked', { count: blockers.length })}</b></div>}
      {blockers.length > 0 && <ul className="s12">{blockers.map((finding, index) => <Blocker key={index} finding={finding} />)}</ul>}
      {notices.map((finding) => (
        <div key={finding.code} className="note"><Icon name="info" /><span>{inWords(t, finding)}</span></div>
      ))}
    </>
  )
}

function Blocker({ finding }: { finding: Finding }) {
  const { t } = useTranslation('releases')
  const { shot, show } = finding.detail as { shot?: string; show?: string }
  return (
    <li className="row finding">
      <span className="grow">{inWords(t, finding)}</span>
      {shot && <ButtonLink size="s" to={`/edit/${shot}`}>{t('open_shot')}</ButtonLink>}
      {show && <ButtonLink size="s" to={`/shows/${show}`}>{t('open_rights')}</ButtonLink>}
      {finding.code === 'nothing_accepted' && <ButtonLink size="s" to="/tasks">{t('to_tasks')}</ButtonLink>}
    </li>
  )
}

/** A finding in the person's language, by its code; the server's sentence where the code is new. */
function inWords(t: TFunction<'releases'>, finding: Finding): string {
  const { policy, types } = finding.detail as { policy?: string; types?: string[] }
  const detail = Object.entries(finding.detail).map(([key, value]) => [key, key !== 'count' && typeof value === 'number' ? count(value) : Array.isArray(value) ? value.join(', ') : value])
  const named = { policy: policy && t(`policy.${policy as 'show'}`), types: types?.join(', ').toUpperCase() }
  return String(t(`finding.${finding.code}`, { ...Object.fromEntries(detail), ...named, defaultValue: finding.message }))
}
