import { useTranslation } from 'react-i18next'
import type { Schemas } from '../../api/client'
import { useLanguage } from '../../i18n'
import { bytes, moment } from '../../parts/format'
import { Icon } from '../../parts/Icon'

type Line = Schemas['MachineLine']

const LOOK = { ok: ['check', 'ok'], warn: ['warn', 'warn'], bad: ['err', 'bad'] } as const

/** What runs here and what is missing, in words; figures as the server measured them. */
export function Machine({ lines }: { lines: readonly Line[] }) {
  const { t } = useTranslation('home')
  return (
    <section className="card" aria-label={t('machine.title')}>
      <header><h2>{t('machine.title')}</h2></header>
      <div className="pad">
        <table className="s12">
          <tbody>{lines.map((line) => <Row key={line.key} line={line} />)}</tbody>
        </table>
      </div>
    </section>
  )
}

function Row({ line }: { line: Line }) {
  const { t } = useTranslation('home')
  const [icon, tone] = LOOK[line.state]
  const figures = useFigures(line.detail)
  return (
    <tr>
      <td style={{ width: 24 }}><Icon name={icon} tone={tone} /><span className="sr">{t(`machine.state.${line.state}`)}</span></td>
      <td className="nowrap">{t(`machine.${line.key}`)}</td>
      <td className="r t2">{t(`machine.text.${line.text_code}`, { ...figures, defaultValue: line.text_code })}</td>
    </tr>
  )
}

/** Bytes, times and lists of the detail as a person reads them; all else as it is. */
function useFigures(detail: Line['detail']): Record<string, unknown> {
  const language = useLanguage()
  const { t } = useTranslation('home')
  const shown: Record<string, unknown> = { ...detail }
  for (const key of ['free', 'total', 'kept_free']) if (typeof detail[key] === 'number') shown[key] = bytes(detail[key])
  if (typeof detail.at === 'string') shown.at = moment(detail.at, language)
  if (Array.isArray(detail.names)) shown.names = detail.names.join(', ')
  shown.speed = typeof detail.rate === 'number' ? t('machine.speed', { rate: detail.rate }) : ''
  return shown
}
