import { useRef, type KeyboardEvent, type PointerEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { Clip, Shot } from '../../api/queries'
import { aspect, stripUrl } from '../../parts/Filmstrip'
import { count } from '../../parts/format'
import { frameUnder } from './cutting'

interface CutLineProps {
  clip: Clip
  shots: readonly Shot[]
  at: number
  moving: number | null
  onPlace: (frame: number) => void
  onKeyDown: (event: KeyboardEvent) => void
}

/** How near, in screen pixels, the pointer must come to a cut to take it. */
const REACH = 5
const HEIGHT = 45

/** The whole clip as one strip with its cuts; click, drag or step with the keys. */
export function CutLine({ clip, shots, at, moving, onPlace, onKeyDown }: CutLineProps) {
  const { t } = useTranslation('clip')
  const line = useRef<HTMLDivElement>(null)
  const place = (event: PointerEvent) => {
    if (!line.current || event.buttons !== 1) return
    const box = line.current.getBoundingClientRect()
    const reach = moving === null ? (REACH * clip.frames) / box.width : 0
    onPlace(frameUnder((event.clientX - box.left) / box.width, clip.frames, shots, reach))
  }
  const cells = Math.min(clip.frames, 24, Math.max(1, Math.round(1240 / (HEIGHT * aspect(clip)))))
  const share = (frame: number) => `${(frame / clip.frames) * 100}%`
  return (
    <div ref={line} className="cut-line" role="slider" tabIndex={0} aria-label={t('cuts.line')} aria-valuemin={1}
      aria-valuemax={clip.frames - 1} aria-valuenow={at} aria-valuetext={t('cuts.frame', { frame: count(at) })}
      onKeyDown={onKeyDown} onPointerMove={place}
      onPointerDown={(event) => { event.currentTarget.setPointerCapture(event.pointerId); place(event) }}>
      <div className="strip" style={{ backgroundImage: `url(${stripUrl(clip.id, 0, clip.frames - 1, cells, HEIGHT)})` }} />
      {shots.filter((shot) => shot.first > 0).map((shot) => (
        <i key={shot.id} className={`cut ${shot.cut}${shot.first === moving ? ' moving' : ''}`} style={{ left: share(shot.first) }} />
      ))}
      <b className="here" style={{ left: share(at) }} />
    </div>
  )
}
