/** What the person said on the shown frame, on the picture, and what came of it. */
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { prepare } from '../../engine/clicking'
import type { Said } from '../../engine/history'
import { toScreen } from '../../engine/view'
import { Button } from '../../parts/Button'
import { Icon } from '../../parts/Icon'
import type { State } from './desk'
import { useDesk, useDeskState, useSession } from './use'

/** An answer that is there sooner needs no word. */
const SOON_MS = 300

/** The clicks of the selected subject, and the box or line that is being drawn. */
export function Prompts() {
  const desk = useDesk()
  const session = useSession()
  const { tool, box, line } = useDeskState()
  useEffect(() => {
    if (tool === 'click') prepare()
  }, [tool])
  if (tool !== 'click' && tool !== 'box' && tool !== 'lasso') return null
  const waiting = session.asking.pending(session.frame, session.selected)
  const corners = box && { from: toScreen(desk.view, { x: box.left, y: box.top }), to: toScreen(desk.view, { x: box.right, y: box.bottom }) }
  return (
    <>
      {session.current?.said.map((said, place) => <Dot key={place} said={said} />)}
      {waiting.map((said, place) => (
        <Dot key={`waiting ${place}`} said={said} waits />
      ))}
      {box && corners && (
        <i className={box.inside ? 'asked in' : 'asked out'} style={{ left: corners.from.x, top: corners.from.y, width: corners.to.x - corners.from.x, height: corners.to.y - corners.from.y }} />
      )}
      {line?.on === session.frame && <Line line={line} />}
    </>
  )
}

function Line({ line }: { line: NonNullable<State['line']> }) {
  const desk = useDesk()
  const at = line.places.map(([x, y]) => toScreen(desk.view, { x, y }))
  const points = at.map(({ x, y }) => `${x},${y}`).join(' ')
  return (
    <svg className={`drawn ${line.inside ? 'in' : 'out'}${line.waits ? ' waits' : ''}`} aria-hidden="true">
      {line.kind === 'lasso' ? <polygon points={points} /> : <polyline points={points} />}
    </svg>
  )
}

function Dot({ said, waits = false }: { said: Said; waits?: boolean }) {
  const desk = useDesk()
  const { t } = useTranslation('editor')
  const at = toScreen(desk.view, said)
  const label = t(said.inside ? 'prompt.isSubject' : 'prompt.isNotSubject')
  return (
    <i className={`said ${said.inside ? 'in' : 'out'}${waits ? ' waits' : ''}`} role="img" aria-label={label} style={{ left: at.x, top: at.y }}>
      <Icon name={said.inside ? 'plus' : 'minus'} />
    </i>
  )
}

export function PromptBanner() {
  const session = useSession()
  const { t } = useTranslation('editor')
  const { asking } = session
  const late = useLate(asking.waiting)
  if (asking.waiting && late)
    return (
      <div className="note" role="status">
        <Icon name="click" />
        <span className="grow">{t('prompt.waiting')}</span>
        <Button size="s" keys="Esc" onClick={() => asking.cancel()}>
          {t('prompt.cancel')}
        </Button>
      </div>
    )
  if (!asking.told) return null
  return (
    <div className="note" role="status">
      <Icon name="info" />
      <span className="grow">{t(`prompt.told.${asking.told}`)}</span>
      <Button size="s" kind="bare" icon="x" label={t('dismiss')} onClick={() => asking.dismiss()} />
    </div>
  )
}

/** Whether it has been so for a while. */
function useLate(so: boolean): boolean {
  const [late, setLate] = useState(false)
  useEffect(() => {
    if (!so) return
    const timer = setTimeout(() => setLate(true), SOON_MS)
    return () => {
      clearTimeout(timer)
      setLate(false)
    }
  }, [so])
  return late
}
