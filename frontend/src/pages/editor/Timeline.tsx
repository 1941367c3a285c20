import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { groupsOf, isPart, listed } from '../../engine/parts'
import type { Subject } from '../../engine/session'
import { Button } from '../../parts/Button'
import { count } from '../../parts/format'
import type { IconName } from '../../parts/icons'
import { actionById, keyName } from './actions'
import { PartMarks, placed } from './PartMarks'
import { shortNameOf } from './SidePanel'
import { colourOf, useDesk, useDeskState, useSession } from './use'

export function Timeline() {
  return (
    <section className="tl" aria-label={useTranslation('editor').t('timeline')}>
      <PlayBar />
      <Lanes />
    </section>
  )
}

const CONTROLS: [id: string, icon: IconName][] = [
  ['time.first', 'first'],
  ['time.previousAnchor', 'dprev'],
  ['time.earlier', 'chevl'],
  ['time.play', 'play'],
  ['time.later', 'chev'],
  ['time.nextAnchor', 'dnext'],
]

const PROPAGATIONS: [id: string, icon: IconName][] = [
  ['work.propagateEarlier', 'propb'],
  ['work.propagateBoth', 'propx'],
  ['work.propagateLater', 'propf'],
]

function PlayBar() {
  const desk = useDesk()
  const session = useSession()
  const { playing, loop } = useDeskState()
  const { t } = useTranslation('editor')
  const confirm = actionById('work.confirm')
  const absent = actionById('work.absent')
  const { first, last } = session.shot
  return (
    <div className="play">
      {CONTROLS.map(([id, icon]) => {
        const action = actionById(id)
        const label = `${t(`action.${id}`)} ${keyName(action.keys[0]!)}`
        return <Button key={id} size="s" kind="bare" icon={id === 'time.play' && playing ? 'pause' : icon} label={label} onClick={() => action.run(desk)} />
      })}
      <span className="tc" data-testid="frame">{count(session.frame)}</span>
      <span className="t3">
        {session.frame - first + 1}/{last - first + 1}
      </span>
      <span className="vr" />
      <span className="seg s" role="group" aria-label={t('speed')}>
        {[0.25, 0.5, 1, 2].map((speed) => (
          <button key={speed} className={playing === speed ? 'on' : ''} aria-pressed={playing === speed} onClick={() => desk.set({ playing: playing === speed ? 0 : speed })}>
            {speed === 0.25 ? '¼' : speed === 0.5 ? '½' : speed}×
          </button>
        ))}
      </span>
      <Button size="s" kind="bare" icon="loop" pressed={loop} onClick={() => desk.set({ loop: !loop })}>
        {t('loop')}
      </Button>
      <span className="grow" />
      <span className="t3 wide-only">{t('propagate.label')}</span>
      {PROPAGATIONS.map(([id, icon]) => {
        const action = actionById(id)
        const label = `${t(`action.${id}`)} ${keyName(action.keys[0]!)}`
        const why = action.enabled?.(desk) ? null : t(session.editable ? 'propagate.notNow' : 'readOnly.short')
        return <Button key={id} size="s" icon={icon} label={label} why={why} onClick={() => action.run(desk)} />
      })}
      <span className="vr" />
      <Button size="s" why={session.editable ? null : t('readOnly.short')} keys={keyName(absent.keys[0]!)} onClick={() => absent.run(desk)}>
        {t('markAbsent')}
      </Button>
      <Button size="s" icon="diam" why={session.editable ? null : t('readOnly.short')} keys="↵" onClick={() => confirm.run(desk)}>
        {t('confirmAnchor')}
      </Button>
    </div>
  )
}

const CELLS = 16

function Lanes() {
  const desk = useDesk()
  const session = useSession()
  const { t } = useTranslation('editor')
  const { clip, first, last } = session.shot
  const box = useRef<HTMLDivElement>(null)
  const length = last - first + 1
  const seek = (event: React.PointerEvent) => {
    if (event.type === 'pointermove' && event.buttons !== 1) return
    const { left, width } = event.currentTarget.getBoundingClientRect()
    const place = Math.floor(((event.clientX - left) / width) * length)
    desk.go(first + Math.min(length - 1, Math.max(0, place)))
  }
  useWheel(box, (steps) => desk.go(session.frame + steps))
  const at = ((session.frame - first + 0.5) / length) * 100
  return (
    <div className="lanes" ref={box}>
      <div className="lane ruler">
        <span className="lb t3" />
        <span className="tk">
          {ticks(first, last).map((frame) => (
            <span key={frame} style={{ left: `${((frame - first + 0.5) / length) * 100}%` }}>{count(frame)}</span>
          ))}
        </span>
      </div>
      <div className="lane film">
        <span className="lb">{t('filmstrip')}</span>
        <span className="tk">
          <img alt="" src={`/api/clips/${clip.id}/strip?first=${first}&last=${last}&count=${Math.min(CELLS, length)}&height=40`} />
        </span>
      </div>
      <div className="lanes-scroll">
        {listed(groupsOf(session.subjects)).map((subject) => (
          <Lane key={subject.id} subject={subject} />
        ))}
      </div>
      <div className="tks" role="slider" aria-label={t('playHead')} aria-valuemin={first} aria-valuemax={last} aria-valuenow={session.frame} tabIndex={-1} onPointerDown={seek} onPointerMove={seek} onDoubleClick={() => desk.set({ playing: 0 })}>
        {session.following.spans.map((span) => (
          <i key={span.first} className={`reach ${session.following.standing.kind}`} style={placed(span, session.shot)} />
        ))}
        <span className="head-line" style={{ left: `${at}%` }}>
          <b>{count(session.frame)}</b>
        </span>
      </div>
    </div>
  )
}

/** About eight round frame numbers. */
function ticks(first: number, last: number): number[] {
  const wanted = Math.max(1, (last - first) / 8)
  const power = 10 ** Math.floor(Math.log10(wanted))
  const step = [1, 2, 5, 10].map((by) => by * power).find((by) => by >= wanted) ?? power
  const found: number[] = []
  for (let frame = Math.ceil(first / step) * step; frame <= last; frame += step) found.push(frame)
  return found
}

function useWheel(box: React.RefObject<HTMLDivElement | null>, scroll: (steps: number) => void): void {
  useEffect(() => {
    const element = box.current!
    const turn = (event: WheelEvent) => {
      event.preventDefault()
      scroll(Math.sign(event.deltaY || event.deltaX))
    }
    element.addEventListener('wheel', turn, { passive: false })
    return () => element.removeEventListener('wheel', turn)
  })
}

/** One subject over the shot: a model's work hatched, a person's solid, an anchor a diamond, absence a line. A part's
 * stands below its first owner's, and says below itself whose it is. */
function Lane({ subject }: { subject: Subject }) {
  const session = useSession()
  const { t } = useTranslation('editor')
  const canvas = useRef<HTMLCanvasElement>(null)
  const row = useRef<HTMLDivElement>(null)
  const colour = colourOf(subject)
  const part = isPart(subject)
  const on = session.selected === subject.id
  useEffect(() => {
    if (on) row.current!.scrollIntoView({ block: 'nearest' })
  }, [on])
  useEffect(() => {
    const element = canvas.current!
    const density = window.devicePixelRatio || 1
    const [width, height] = [element.clientWidth * density, element.clientHeight * density]
    Object.assign(element, { width, height })
    const pen = element.getContext('2d')!
    const { first, last } = session.shot
    const cell = width / (last - first + 1)
    const hatch = pattern(pen, colour)
    // Below a part's own state whose it is finds room.
    const thick = height * (part ? 0.46 : 0.56)
    const middle = height * (part ? 0.36 : 0.5)
    for (let frame = first; frame <= last; frame++) {
      const head = session.head(subject.id, frame)
      const x = (frame - first) * cell
      const wide = Math.max(1, cell - (cell > 4 ? density : 0))
      if (!head || head.presence === 'unknown') continue
      if (head.presence === 'absent') {
        pen.fillStyle = '#808080'
        pen.fillRect(x, middle, wide, density)
      } else if (head.presence === 'occluded') {
        pen.fillStyle = head.by_person ? colour : hatch
        for (const side of [-1, 1]) pen.fillRect(x, middle + (side * thick) / 4, wide, density)
      } else {
        pen.fillStyle = head.by_person ? colour : hatch
        pen.fillRect(x, middle - thick / 2, wide, thick)
      }
      if (head.anchored) diamond(pen, x + cell / 2, middle, (part ? 4 : 4.5) * density)
    }
  }, [session, session.version, subject.id, colour, part])
  return (
    <div className={part ? 'lane part' : 'lane'} ref={row}>
      <span className={on ? 'lb on' : 'lb'}>
        <i className="sw" style={{ background: colour }} />
        <span className="clip">
          {subject.number} {shortNameOf(subject, t)}
        </span>
      </span>
      <span className="tk">
        <canvas ref={canvas} />
        {part && <PartMarks part={subject} />}
      </span>
    </div>
  )
}

function pattern(pen: CanvasRenderingContext2D, colour: string): CanvasPattern {
  const tile = new OffscreenCanvas(6, 6)
  const ink = tile.getContext('2d')!
  ink.strokeStyle = colour
  ink.globalAlpha = 0.62
  ink.lineWidth = 1.5
  for (const by of [-6, 0, 6]) {
    ink.beginPath()
    ink.moveTo(by - 1, 7)
    ink.lineTo(by + 7, -1)
    ink.stroke()
  }
  return pen.createPattern(tile, 'repeat')!
}

function diamond(pen: CanvasRenderingContext2D, x: number, y: number, radius: number): void {
  pen.beginPath()
  pen.moveTo(x, y - radius)
  pen.lineTo(x + radius, y)
  pen.lineTo(x, y + radius)
  pen.lineTo(x - radius, y)
  pen.closePath()
  pen.fillStyle = '#fff'
  pen.strokeStyle = '#000'
  pen.lineWidth = radius / 2.5
  pen.stroke()
  pen.fill()
}
