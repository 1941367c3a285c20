import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { toSource } from '../../engine/view'
import { count, frameRate, timecode } from '../../parts/format'
import type { Desk } from './desk'
import { useDesk, useDeskState, useSession } from './use'

export function StatusBar() {
  const desk = useDesk()
  const session = useSession()
  useDeskState()
  const { t } = useTranslation('editor')
  const { clip } = session.shot
  return (
    <footer className="stat" aria-label={t('status')}>
      <span>
        {t('zoom')} <b>{Math.round(desk.view.scale * 100)}%</b>
      </span>
      <Probe />
      <span className="vr" />
      <span>
        {t('frame')} <b>{count(session.frame)}</b>
      </span>
      <span>
        TC <b>{timecode(session.frame, clip.rate)}</b>
      </span>
      <span>
        {clip.width}×{clip.height} · {frameRate(clip.rate)} fps
      </span>
      <span className="grow" />
      <span className="legend">
        <i className="solid" /> {t('legend.person')}
      </span>
      <span className="legend">
        <i className="hatch" /> {t('legend.model')}
      </span>
      <span className="legend">
        <i className="behind" /> {t('legend.occluded')}
      </span>
      <span className="legend">
        <i className="away" /> {t('legend.absent')}
      </span>
    </footer>
  )
}

/** Position, colour and alpha under the pointer, written past React: it changes with every move. */
function Probe() {
  const desk = useDesk()
  const place = useRef<HTMLSpanElement>(null)
  useEffect(() => {
    const write = () => (place.current!.textContent = probe(desk))
    write()
    return desk.onPointer(write)
  }, [desk])
  return <span ref={place} />
}

const pixel = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })!

function probe(desk: Desk): string {
  if (!desk.pointer) return ''
  const { width, height } = desk.session.shot.clip
  const at = toSource(desk.view, desk.pointer)
  const [x, y] = [Math.floor(at.x), Math.floor(at.y)]
  if (x < 0 || y < 0 || x >= width || y >= height) return ''
  const alpha = desk.session.current?.plane.data[y * width + x] ?? 0
  const frame = desk.session.frames.ready(desk.session.frame)
  let colour = ''
  if (frame) {
    pixel.drawImage(frame, x, y, 1, 1, 0, 0, 1, 1)
    const [r, g, b] = pixel.getImageData(0, 0, 1, 1).data
    colour = ` · RGB ${r} ${g} ${b}`
  }
  return `x ${x} y ${y}${colour} · α ${alpha} ${(alpha / 255).toFixed(3)}`
}
