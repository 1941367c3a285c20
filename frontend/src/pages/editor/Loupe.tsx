/** What is under the pointer eight times as large (more where the stage itself is near that), in the view of the stage; in the corner that the hand is not in. */
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { Painter } from '../../engine/paint'
import { toSource } from '../../engine/view'
import type { Desk } from './desk'
import { useDesk, useDeskState } from './use'
import { look } from './useDraw'

const TIMES = 8

/** At least twice as large as on the stage. */
function times(desk: Desk): number {
  return Math.max(TIMES, 2 ** Math.ceil(Math.log2(2 * desk.view.scale)))
}

export function Loupe({ painter }: { painter: Painter }) {
  const desk = useDesk()
  useDeskState()
  const { t } = useTranslation('editor')
  const card = useRef<HTMLDivElement>(null)
  const glass = useRef<HTMLCanvasElement>(null)
  const alpha = useRef<HTMLElement>(null)
  useEffect(() => {
    let request = 0
    const write = () => {
      const { pointer, session } = desk
      if (!pointer) return
      const canvas = glass.current!
      const at = toSource(desk.view, pointer)
      const { aspect } = desk.view
      const { width, height } = session.shot.clip
      const density = window.devicePixelRatio || 1
      Object.assign(canvas, { width: canvas.clientWidth * density, height: canvas.clientHeight * density })
      const scale = times(desk) * density
      look(desk, painter, canvas, { scale, aspect, x: canvas.width / 2 - at.x * scale * aspect, y: canvas.height / 2 - at.y * scale })
      const [x, y] = [Math.floor(at.x), Math.floor(at.y)]
      const inside = x >= 0 && y >= 0 && x < width && y < height
      alpha.current!.textContent = inside ? String(session.current?.plane.data[y * width + x] ?? 0) : '–'
      const { offsetWidth, offsetHeight } = card.current!
      const near = pointer.x > desk.screen.width - offsetWidth - 48 && pointer.y < offsetHeight + 48
      card.current!.classList.toggle('left', near)
    }
    const soon = () => {
      cancelAnimationFrame(request)
      request = requestAnimationFrame(write)
    }
    soon()
    const stops = [desk.onPointer(soon), desk.onRepaint(soon)]
    return () => {
      cancelAnimationFrame(request)
      for (const stop of stops) stop()
    }
  }, [desk, painter])
  return (
    <div ref={card} className="loupe">
      <canvas ref={glass} />
      <i className="cross" />
      <p>
        <span className="t2">{t('loupe', { times: times(desk) })}</span>
        <span>
          α <b ref={alpha}>–</b>
        </span>
      </p>
    </div>
  )
}
