/** The whole picture in small and what the stage shows of it, while it shows a part; a press or a drag goes there. */
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { centreOn, seen } from '../../engine/view'
import { useDesk, useDeskState, useSession } from './use'

const ACROSS = 168

export function Minimap() {
  const desk = useDesk()
  const { minimap } = useDeskState()
  const session = useSession()
  const { t } = useTranslation('editor')
  const canvas = useRef<HTMLCanvasElement>(null)
  const { width, height } = session.shot.clip
  const { view, screen } = desk
  const part = seen(view, width, height, screen)
  const shown = minimap && (part.right - part.left < width - 1 || part.bottom - part.top < height - 1)
  const down = Math.round((ACROSS * height) / (width * view.aspect))
  const frame = session.frames.ready(session.frame)
  useEffect(() => {
    if (!shown || !frame) return
    const density = window.devicePixelRatio || 1
    Object.assign(canvas.current!, { width: ACROSS * density, height: down * density })
    canvas.current!.getContext('2d')!.drawImage(frame, 0, 0, ACROSS * density, down * density)
  }, [shown, frame, down])
  if (!shown) return null

  const go = (event: React.PointerEvent<HTMLElement>) => {
    if (!(event.buttons & 1)) return
    const { left, top } = canvas.current!.getBoundingClientRect()
    const at = { x: ((event.clientX - left) / ACROSS) * width, y: ((event.clientY - top) / down) * height }
    desk.set({ view: centreOn(view, at, screen) })
  }
  const percent = (value: number, of: number) => `${(100 * value) / of}%`
  return (
    <div
      className="minimap"
      role="img"
      aria-label={t('minimap')}
      title={t('minimap')}
      style={{ width: ACROSS, height: down }}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        go(event)
      }}
      onPointerMove={go}
    >
      <canvas ref={canvas} />
      <i style={{ left: percent(part.left, width), top: percent(part.top, height), width: percent(part.right - part.left, width), height: percent(part.bottom - part.top, height) }} />
    </div>
  )
}
