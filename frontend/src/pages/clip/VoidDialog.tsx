import { NumberInput, Select } from '@mantine/core'
import { useRef, useState, type PointerEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { Schemas } from '../../api/client'
import type { Clip } from '../../api/queries'
import { Dialog } from '../../parts/Dialog'
import { aspect, frameUrl } from '../../parts/Filmstrip'
import { ServerImage } from '../../parts/ServerImage'
import { between, rectangle, type Corner, type PixelBox } from './noticing'
import { VoidMark } from './VoidMark'

const KINDS = ['logo', 'subtitle', 'letterbox', 'flash', 'other'] as const

/** Of the window, so that the fields and the button below the picture stay in sight. */
const HIGHEST = 42

interface VoidDialogProps {
  clip: Clip
  onClose: () => void
  onDraw: (area: Schemas['VoidAreaRequest']) => void
  busy: boolean
  error: unknown
}

/** Draw a rectangle over a frame of the span, by hand or by numbers. */
export function VoidDialog({ clip, onClose, onDraw, busy, error }: VoidDialogProps) {
  const { t } = useTranslation('clip')
  const [kind, setKind] = useState<(typeof KINDS)[number]>('logo')
  const [span, setSpan] = useState({ first: 0, last: clip.frames - 1 })
  const [box, setBox] = useState<PixelBox | null>(null)
  const why = box ? (span.first <= span.last ? null : t('voids.span_turned')) : t('voids.draw_first')
  const frame = (name: 'first' | 'last') => (
    <NumberInput label={t(`voids.${name}`)} value={span[name]} min={0} max={clip.frames - 1} allowDecimal={false} clampBehavior="strict"
      onChange={(value) => setSpan({ ...span, [name]: Number(value) })} />
  )
  return (
    <Dialog title={t('voids.draw_title')} act={t('voids.draw')} wide onClose={onClose} why={why} busy={busy} error={error}
      onAct={() => onDraw({ kind, ...span, ...box! })}>
      <p className="s12 t2">{t('voids.draw_text')}</p>
      <Drawing clip={clip} frame={Math.min(span.first, clip.frames - 1)} box={box} onBox={setBox} />
      <div className="row even">
        <Select label={t('voids.kind')} value={kind} onChange={(value) => setKind(value as typeof kind)}
          data={KINDS.map((value) => ({ value, label: t(`noticed.kind.${value}`) }))} />
        {frame('first')}
        {frame('last')}
      </div>
      <div className="row even">
        {(['left', 'top', 'right', 'bottom'] as const).map((side) => (
          <NumberInput key={side} label={t(`voids.${side}`)} value={box?.[side] ?? ''} min={0} allowDecimal={false}
            onChange={(value) => setBox({ left: 0, top: 0, right: clip.width, bottom: clip.height, ...box, [side]: Number(value) })} />
        ))}
      </div>
    </Dialog>
  )
}

function Drawing({ clip, frame, box, onBox }: { clip: Clip; frame: number; box: PixelBox | null; onBox: (box: PixelBox | null) => void }) {
  const { t } = useTranslation('clip')
  const from = useRef<Corner | null>(null)
  const cornerOf = (event: PointerEvent<HTMLElement>): Corner => {
    const { left, top, width, height } = event.currentTarget.getBoundingClientRect()
    return { across: (event.clientX - left) / width, down: (event.clientY - top) / height }
  }
  const begin = (event: PointerEvent<HTMLElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId)
    from.current = cornerOf(event)
    onBox(null)
  }
  const draw = (event: PointerEvent<HTMLElement>) => from.current && onBox(between(from.current, cornerOf(event), clip))
  return (
    <div className="void-drawing" style={{ aspectRatio: aspect(clip), width: `min(100%, ${HIGHEST * aspect(clip)}vh)` }} role="img" aria-label={t('voids.drawing')}
      onPointerDown={begin} onPointerMove={draw} onPointerUp={() => (from.current = null)}>
      <ServerImage src={frameUrl(clip.id, frame)} alt="" draggable={false} />
      {box && <VoidMark area={rectangle(box, clip)} />}
    </div>
  )
}
