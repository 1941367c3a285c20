import { useTranslation } from 'react-i18next'
import type { Preview } from '../../api/queries'
import { count } from '../../parts/format'

const PARTS = ['train', 'val'] as const

/** Shares of the splits as one bar, with frames and shots under each. */
export function SplitBar({ splits, plain }: { splits: Preview['splits']; plain?: boolean }) {
  const { t } = useTranslation('releases')
  const shown = PARTS.filter((part) => splits[part].frames > 0)
  const words = shown.map((part) => `${t(`split.${part}`)} ${share(splits[part].share)}`).join(', ')
  return (
    <div className="splits" role="img" aria-label={words} title={words}>
      {shown.map((part) => (
        <div key={part} style={{ flex: splits[part].frames, minWidth: plain ? 2 : 96 }}>
          <div className={`s12 split ${part}${plain ? ' plain' : ''}`}>{!plain && <b>{t(`split.${part}`)}</b>}</div>
          {!plain && (
            <div className="s12 t2 split-text">
              {share(splits[part].share)}<br />
              <span className="t3">{t('frames', { count: splits[part].frames, shown: count(splits[part].frames) })} · {t('shots', { count: splits[part].shots })}</span>
            </div>
          )}
        </div>
      ))}
    </div>
  )
}

/** Split shares are compared with a target: always one decimal. */
export function share(value: number): string {
  return `${(value * 100).toFixed(1)}%`
}
