import { useTranslation } from 'react-i18next'
import type { Schemas } from '../../api/client'
import { Icon } from '../../parts/Icon'
import { day } from '../../parts/format'
import { useLanguage } from '../../i18n'

const TONES = { ok: 'ok', soon: 'warn', later: 'warn', expired: 'bad', withdrawn: 'bad', missing: 'bad' } as const
const DAY = { expired: 'ended', later: 'begins' } as const

/** A show's rights in one word, with the last day where there is one. */
export function RightsMark({ standing }: { standing: Schemas['Standing'] }) {
  const { t } = useTranslation('show')
  const language = useLanguage()
  const until = standing.until ? day(standing.until, language) : ''
  return (
    <span className={`chip ${TONES[standing.state]}`}>
      <Icon name={standing.state === 'ok' ? 'check' : 'warn'} />
      {t(`standing.${standing.state}`)}{until && ` · ${t(standing.state in DAY ? DAY[standing.state as keyof typeof DAY] : 'until', { day: until })}`}
    </span>
  )
}
