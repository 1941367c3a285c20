/** The picture, and what the hand does on it. */
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Box } from '../../engine/planes'
import { Painter } from '../../engine/paint'
import { toSource, zoomAt } from '../../engine/view'
import type { Desk, ToolName } from './desk'
import { Banners } from './Banners'
import { Loupe } from './Loupe'
import { Minimap } from './Minimap'
import { ModifyPanel } from './ModifyPanel'
import { PolygonLine } from './PolygonLine'
import { Prompts } from './Prompts'
import { BoxTool } from './tools/box'
import { BrushTool } from './tools/brush'
import { ClickTool } from './tools/click'
import { FillTool } from './tools/fill'
import { LineTool } from './tools/line'
import { MoveTool } from './tools/move'
import { PanTool } from './tools/pan'
import { PolygonTool } from './tools/polygon'
import type { Tool, ToolEvent } from './tools/tool'
import { VoidAreas } from './VoidAreas'
import { useDesk, useDeskState, useSession } from './use'
import { sheets, useDraw } from './useDraw'
import { ViewName } from './ViewName'

export function Stage() {
  const desk = useDesk()
  const session = useSession()
  const state = useDeskState()
  const { t } = useTranslation('editor')
  const box = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const [painter] = useState(() => new Painter(session.shot.clip.width, session.shot.clip.height))
  const draw = useDraw(desk, painter, canvas)

  useEffect(draw, [draw, session.version, state])
  useEffect(() => {
    const element = box.current!
    const observer = new ResizeObserver(() => {
      desk.screen = { width: element.clientWidth, height: element.clientHeight }
      desk.set({})
    })
    observer.observe(element)
    element.focus({ preventScroll: true })
    return () => observer.disconnect()
  }, [desk])
  useHand(desk, painter, canvas, draw)

  return (
    <div ref={box} className={desk.turns.waiting ? 'stage waits' : 'stage'} role="application" aria-label={t('stage')} tabIndex={0} data-tool={state.tool} data-frame={session.frame}>
      <canvas ref={canvas} />
      <VoidAreas />
      <Prompts />
      <PolygonLine />
      <BrushCursor />
      <ViewName />
      <Minimap />
      {state.loupe && <Loupe painter={painter} />}
      <Banners />
      {state.tool === 'modify' && <ModifyPanel />}
    </div>
  )
}

/** Pointer and wheel of the stage, given to the tool in hand. */
function useHand(desk: Desk, painter: Painter, canvas: React.RefObject<HTMLCanvasElement | null>, draw: () => void): void {
  useEffect(() => {
    const element = canvas.current!
    const touched = (box: Box | null) => {
      const sheet = sheets(desk).find((s) => s.subject === desk.session.selected)
      if (sheet) painter.touch(sheet, box)
      draw()
    }
    const brush = new BrushTool(desk, touched)
    const hand = new PanTool(desk)
    const tools: Record<ToolName, Tool> = { move: new MoveTool(desk), brush, eraser: brush, click: new ClickTool(desk), box: new BoxTool(desk), lasso: new LineTool(desk, 'lasso'), polygon: new PolygonTool(desk), fill: new FillTool(desk, 'fill'), holes: new FillTool(desk, 'holes'), modify: hand }
    let active: Tool | null = null
    let space = false
    const toolOf = (event: PointerEvent): Tool => (space || event.button === 1 ? hand : tools[desk.state.tool])
    const said = (act: (event: ToolEvent) => void, event: PointerEvent, whole = event) => {
      const at = eventOf(desk, element, event, whole)
      desk.turns.take(() => act(at))
    }

    const listeners: Record<string, (event: never) => void> = {
      pointerdown: (event: PointerEvent) => {
        element.parentElement?.focus({ preventScroll: true })
        try {
          element.setPointerCapture(event.pointerId)
        } catch {
          // A pointer that is gone already cannot be captured; its stroke still counts.
        }
        const at = eventOf(desk, element, event)
        const takeUp = () => {
          active = toolOf(event)
          active.down(at)
        }
        desk.turns.take(takeUp, toolOf(event) !== hand)
      },
      pointermove: (event: PointerEvent) => {
        const parts = event.getCoalescedEvents?.() ?? []
        for (const part of parts.length ? parts : [event]) said((at) => active?.move(at), part, event)
        const { left, top } = element.getBoundingClientRect()
        desk.point({ x: event.clientX - left, y: event.clientY - top })
      },
      pointerup: () => desk.turns.take(() => {
        active?.up()
        active = null
      }),
      pointercancel: () => desk.turns.take(() => {
        active?.cancel()
        active = null
      }),
      pointerleave: () => desk.point(null),
      contextmenu: (event: Event) => event.preventDefault(),
      wheel: (event: WheelEvent) => {
        event.preventDefault()
        const { left, top } = element.getBoundingClientRect()
        const at = { x: event.clientX - left, y: event.clientY - top }
        desk.set({ view: zoomAt(desk.view, at, Math.exp(-event.deltaY * 0.0015)) })
      },
    }
    const keys = (event: KeyboardEvent) => {
      if (event.code === 'Space') space = event.type === 'keydown'
      if (event.code === 'Escape' && event.type === 'keydown' && active?.cancel()) active = null
    }
    for (const [name, listener] of Object.entries(listeners))
      element.addEventListener(name, listener as EventListener, { passive: false })
    window.addEventListener('keydown', keys)
    window.addEventListener('keyup', keys)
    return () => {
      for (const [name, listener] of Object.entries(listeners)) element.removeEventListener(name, listener as EventListener)
      window.removeEventListener('keydown', keys)
      window.removeEventListener('keyup', keys)
    }
  }, [desk, painter, canvas, draw])
}

function eventOf(desk: Desk, element: HTMLElement, event: PointerEvent, whole: PointerEvent = event): ToolEvent {
  const { left, top } = element.getBoundingClientRect()
  const screen = { x: event.clientX - left, y: event.clientY - top }
  return {
    ...toSource(desk.view, screen),
    screenX: screen.x,
    screenY: screen.y,
    pressure: event.pressure,
    pen: whole.pointerType === 'pen',
    shift: whole.shiftKey,
    secondary: whole.button === 2 || (whole.buttons & 2) !== 0,
    time: event.timeStamp,
  }
}

/** The brush at its true size, above the picture, so that moving it draws nothing anew. */
function BrushCursor() {
  const desk = useDesk()
  const { tool, size } = useDeskState()
  const ring = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const place = () => {
      const element = ring.current!
      const at = desk.pointer
      const shown = at !== null && (tool === 'brush' || tool === 'eraser') && desk.session.editable
      element.style.display = shown ? '' : 'none'
      if (!shown) return
      const across = Math.max(3, size * desk.view.scale)
      Object.assign(element.style, { left: `${at.x}px`, top: `${at.y}px`, width: `${across * desk.view.aspect}px`, height: `${across}px` })
    }
    place()
    return desk.onPointer(place)
  }, [desk, tool, size])
  return <div ref={ring} className="cursor" style={{ display: 'none' }} />
}
