import { useTranslation } from 'react-i18next'
import type { Release } from '../../api/queries'
import { Icon } from '../../parts/Icon'

const LOOK = { building: ['clock', ''], ready: ['check', 'ok'], failed: ['err', 'bad'] } as const

export function ReleaseMark({ release }: { release: Release }) {
  const { t } = useTranslation('releases')
  const [icon, tone] = LOOK[release.state]
  return <span className={`chip ${tone}`}><Icon name={icon} />{t(`state.${release.state}`)}</span>
}
