import { useRef, type KeyboardEvent, type PointerEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useFileStore } from '../../api/fileStore'
import type { Clip, Shot } from '../../api/queries'
import { aspect, stripUrl } from '../../parts/Filmstrip'
import { count } from '../../parts/format'
import { cutAt, frameUnder } from './cutting'

interface CutLineProps {
  clip: Clip
  shots: readonly Shot[]
  at: number
  moving: number | null
  onPlace: (frame: number) => void
  /** A cut is taken by the pointer, and let go where it was placed last. */
  onGrab: (cut: number) => void
  onDrop: () => void
  onKeyDown: (event: KeyboardEvent) => void
}

/** How near, in screen pixels, the pointer must come to a cut to take it. */
const REACH = 5
const HEIGHT = 45

/** The whole clip as one strip with its cuts; click, drag or step with the keys. */
export function CutLine({ clip, shots, at, moving, onPlace, onGrab, onDrop, onKeyDown }: CutLineProps) {
  const { t } = useTranslation('clip')
  const { epoch } = useFileStore()
  const line = useRef<HTMLDivElement>(null)
  const held = useRef<{ cut: number; x: number; drawn: boolean } | null>(null)
  const under = (event: PointerEvent, snaps: boolean) => {
    const box = line.current!.getBoundingClientRect()
    return frameUnder((event.clientX - box.left) / box.width, clip.frames, shots, snaps ? (REACH * clip.frames) / box.width : 0)
  }
  const down = (event: PointerEvent) => {
    if (event.button !== 0) return
    event.currentTarget.setPointerCapture(event.pointerId)
    const frame = under(event, moving === null)
    held.current = moving === null && cutAt(shots, frame) ? { cut: frame, x: event.clientX, drawn: false } : null
    onPlace(frame)
  }
  const move = (event: PointerEvent) => {
    if (event.buttons !== 1) return
    const cut = held.current
    if (cut && !cut.drawn) {
      // A click that trembles is no drag.
      if (Math.abs(event.clientX - cut.x) <= REACH) return
      cut.drawn = true
      onGrab(cut.cut)
    }
    onPlace(under(event, moving === null && !cut))
  }
  const up = () => {
    if (held.current?.drawn) onDrop()
    held.current = null
  }
  const cells = Math.min(clip.frames, 24, Math.max(1, Math.round(1240 / (HEIGHT * aspect(clip)))))
  const share = (frame: number) => `${(frame / clip.frames) * 100}%`
  return (
    <div ref={line} className="cut-line" role="slider" tabIndex={0} aria-label={t('cuts.line')} aria-valuemin={1}
      aria-valuemax={clip.frames - 1} aria-valuenow={at} aria-valuetext={t('cuts.frame', { frame: count(at) })}
      onKeyDown={onKeyDown} onPointerDown={down} onPointerMove={move} onPointerUp={up} onPointerCancel={up}>
      <div key={epoch} className="strip" style={{ backgroundImage: `url(${stripUrl(clip.id, 0, clip.frames - 1, cells, HEIGHT)})` }} />
      {shots.filter((shot) => shot.first > 0).map((shot) => (
        <i key={shot.id} className={`cut ${shot.cut}${shot.first === moving ? ' moving' : ''}`} style={{ left: share(shot.first) }} />
      ))}
      <b className="here" style={{ left: share(at) }} />
    </div>
  )
}
