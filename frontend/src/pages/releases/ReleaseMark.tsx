import { useTranslation } from 'react-i18next'
import type { Release } from '../../api/queries'
import { Icon } from '../../parts/Icon'

const LOOK = { building: ['clock', ''], ready: ['check', 'ok'], failed: ['err', 'bad'] } as const

export function ReleaseMark({ release }: { release: Release }) {
  const { t } = useTranslation('releases')
  const [icon, tone] = LOOK[release.state]
  // Both: it is there to be had, and whoever takes it should know.
  return (
    <span className="row tight nowrap">
      <span className={`chip ${tone}`}><Icon name={icon} />{t(`state.${release.state}`)}</span>
      {release.lapsed.length > 0 && <span className="chip warn"><Icon name="warn" />{t('lapsed')}</span>}
    </span>
  )
}
