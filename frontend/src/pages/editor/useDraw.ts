/** Draws the stage, at most once a frame of the screen, however often it is asked to. */
import { useCallback, useRef } from 'react'
import type { DrawOptions, Painter, Sheet } from '../../engine/paint'
import type { View } from '../../engine/view'
import type { Desk } from './desk'
import { colourOf } from './use'

const PASTEBOARD = '#1B1B1B'

export function useDraw(desk: Desk, painter: Painter, canvas: React.RefObject<HTMLCanvasElement | null>) {
  const request = useRef(0)
  return useCallback(() => {
    cancelAnimationFrame(request.current)
    request.current = requestAnimationFrame(() => {
      const element = canvas.current
      if (!element) return
      const density = window.devicePixelRatio || 1
      const [width, height] = [desk.screen.width * density, desk.screen.height * density].map(Math.round) as [number, number]
      if (element.width !== width || element.height !== height) Object.assign(element, { width, height })
      const view = desk.view
      const shown = sheets(desk)
      painter.show(shown)
      const drawn = look(desk, painter, element, { ...view, scale: view.scale * density, x: view.x * density, y: view.y * density })
      desk.repainted()
      if (!drawn) return
      // Which frame stands on the canvas, with how many mattes, and since when: for whoever measures from outside.
      element.dataset.drawn = String(desk.session.frame)
      element.dataset.mattes = String(shown.length)
      element.dataset.at ??= String(performance.now())
    })
  }, [desk, painter, canvas])
}

/** What the stage shows, through another view; tells whether the picture was there. */
export function look(desk: Desk, painter: Painter, canvas: HTMLCanvasElement, view: View): boolean {
  const frame = desk.session.frames.ready(desk.session.frame) ?? null
  painter.draw(canvas.getContext('2d')!, frame, view, desk.mode, optionsOf(desk))
  return frame !== null
}

export function sheets(desk: Desk): Sheet[] {
  return desk.session.subjects.flatMap((subject) => {
    const layer = desk.session.layer(subject.id)
    return layer ? [{ subject: subject.id, colour: colourOf(subject), layer }] : []
  })
}

function optionsOf(desk: Desk): DrawOptions {
  const { strength, backdrop, filters } = desk.state
  const plate = desk.mode === 'comp' && backdrop === 'own' ? desk.plate.at(desk.session.frame - desk.session.shot.first) : null
  return { strength, backdrop, filters, plate, pasteboard: PASTEBOARD, compared: compared(desk), onion: onion(desk) }
}

function compared(desk: Desk): DrawOptions['compared'] {
  if (desk.mode !== 'diff') return null
  const before = desk.comparing.before(desk.state.against)
  const now = desk.session.current?.plane
  return before && now ? { before, now } : null
}

/** None while the source is held up for comparison: there one wants the bare picture. */
function onion({ session, state }: Desk): DrawOptions['onion'] {
  const { selected, frame } = session
  if (!state.onion || state.held || !selected) return []
  return [frame - 1, frame + 1].map((at) => session.layer(selected, at)?.plane)
}
