/** The polygon that is open on the picture: its corners, and the line to the pointer. */
import { useEffect, useRef } from 'react'
import { toScreen } from '../../engine/view'
import { openPolygon, takesAway } from './tools/polygon'
import { useDesk, useDeskState, useSession } from './use'

export function PolygonLine() {
  const desk = useDesk()
  useSession()
  useDeskState()
  const polygon = openPolygon(desk)
  if (!polygon) return null
  const corners = polygon.presses.map((places) => places.map(([x, y]) => toScreen(desk.view, { x, y })))
  const points = corners.flat().map(({ x, y }) => `${x},${y}`).join(' ') // prettier-ignore
  return (
    <svg className={`drawn ${takesAway(desk, polygon) ? 'out' : 'in'}`} aria-hidden="true">
      <ToPointer points={points} />
      {corners.map(([corner], place) => corner && <circle key={place} className={place === 0 ? 'first' : undefined} cx={corner.x} cy={corner.y} r={place === 0 ? 5 : 3} />)}
    </svg>
  )
}

/** Written past React: it changes with every move. */
function ToPointer({ points }: { points: string }) {
  const desk = useDesk()
  const line = useRef<SVGPolylineElement>(null)
  useEffect(() => {
    const write = () => line.current!.setAttribute('points', desk.pointer ? `${points} ${desk.pointer.x},${desk.pointer.y}` : points)
    write()
    return desk.onPointer(write)
  }, [desk, points])
  return <polyline ref={line} />
}
