import type { Rectangle } from './noticing'

/** A rectangle of the picture in which nobody is judged, hatched. */
export function VoidMark({ area }: { area: Rectangle }) {
  const share = (value: number) => `${value * 100}%`
  return <i className="void" style={{ left: share(area.left), top: share(area.top), width: share(area.width), height: share(area.height) }} />
}
