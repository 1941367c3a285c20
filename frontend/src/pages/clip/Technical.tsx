import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { Clip, Show } from '../../api/queries'
import { useLanguage } from '../../i18n'
import { bytes, count, duration, frameRate } from '../../parts/format'
import { RightsMark } from '../show/RightsMark'
import { readingOf, writingOf } from './madeOf'

/** What the file is and how its frames were made of it. */
export function Technical({ clip, show }: { clip: Clip; show: Show | undefined }) {
  const { t } = useTranslation('clip')
  const language = useLanguage()
  const [across, down] = clip.pixel_aspect
  const rows: [string, React.ReactNode][] = [
    ['file', <span key="f" className="clip" title={clip.source_name}>{clip.source_name}</span>],
    ['size', bytes(clip.size_bytes)],
    ['picture', clip.width > 0 && `${clip.width}×${clip.height}${across === down ? '' : ` · ${t('technical.aspect', { aspect: `${across}:${down}` })}`}${clip.rotation ? ` · ${t('technical.turned', { degrees: clip.rotation })}` : ''}`],
    ['rate', clip.width > 0 && (clip.variable_rate ? t('technical.variable') : `${frameRate(clip.rate)} fps`)],
    ['length', clip.frames > 0 && `${count(clip.frames)} · ${duration(clip.duration, language)}`],
    ['codec', [clip.codec, clip.pixel_format].filter(Boolean).join(' · ')],
    ['colour', clip.colour && <span key="c" title={clip.colour}>{colourOf(clip.colour, t)}</span>],
    ['fields', clip.field_order && fieldsOf(clip, t)],
    ['frames', clip.encoder && <span key="e" title={clip.encoder}>{framesOf(clip.encoder, t)}</span>],
    ['estimate', clip.estimated_bytes ? bytes(clip.estimated_bytes) : ''],
  ]
  return (
    <section className="card" aria-label={t('technical.title')}>
      <header><h2>{t('technical.title')}</h2>{show && <Link to={`/shows/${show.id}`}><RightsMark standing={show.rights} /></Link>}</header>
      <dl className="pad facts s12">
        {rows.filter(([, value]) => value).map(([name, value]) => (
          <div key={name}><dt className="t3">{t(`technical.${name as 'file'}`)}</dt><dd>{value}</dd></div>
        ))}
      </dl>
    </section>
  )
}

type Say = ReturnType<typeof useTranslation<'clip'>>['t']

function colourOf(colour: string, t: Say): string {
  const told = readingOf(colour)
  if (!told) return colour
  return [told.matrix, told.transfer && `${told.transfer} → SDR`, t(`technical.range.${told.range}`), told.assumed && t('technical.assumed')].filter(Boolean).join(' · ')
}

function framesOf(encoder: string, t: Say): string {
  if (encoder === 'original') return t('technical.original')
  const told = writingOf(encoder)
  if (!told) return encoder
  return [told.kind, told.of && t('technical.of', { kind: told.of }), told.planes && t('technical.planes'), t('technical.by', { name: told.by })].filter(Boolean).join(' · ')
}

function fieldsOf(clip: Clip, t: Say): string {
  const known = ['progressive', 'tff', 'bff', 'mixed', 'unknown'] as const
  const order = known.find((one) => one === clip.field_order)
  const done = clip.field_reading === 'bob' ? t('technical.bob') : clip.field_reading === 'film' ? t('technical.film') : ''
  return [order ? t(`technical.order.${order}`) : clip.field_order, done].filter(Boolean).join(' · ')
}
