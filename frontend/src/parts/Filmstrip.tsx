import { count as shownCount } from './format'

export interface StripOf {
  id: string
  width: number
  height: number
  pixel_aspect: readonly number[]
}

interface FilmstripProps {
  clip: StripOf
  first: number
  last: number
  /** How many pictures, and how wide and high each is shown; wider pictures are cut at both sides. */
  cells: number
  cell: { width: number; height: number }
}

/** A few pictures of a span side by side: one request, cut into cells that never change their size. */
export function Filmstrip({ clip, first, last, cells, cell }: FilmstripProps) {
  const own = Math.max(1, Math.round((cell.height * aspect(clip))))
  const url = stripUrl(clip.id, first, last, cells, cell.height * 2)
  const shown = Math.min(own, cell.width)
  return (
    <span className="filmstrip" role="img" aria-label={`${shownCount(first)}–${shownCount(last)}`}
      style={{ width: cell.width * cells, height: cell.height }}>
      {Array.from({ length: cells }, (_, index) => (
        <i key={index} style={{ width: cell.width }}>
          <b style={{
            width: shown,
            backgroundImage: `url(${url})`,
            backgroundSize: `${own * cells}px ${cell.height}px`,
            backgroundPositionX: -(index * own + (own - shown) / 2),
          }} />
        </i>
      ))}
    </span>
  )
}

/** Width by height as shown: pixels of a clip need not be square. */
export function aspect(clip: StripOf): number {
  const [across = 1, down = 1] = clip.pixel_aspect
  return (clip.width * across) / (clip.height * down || 1) || 16 / 9
}

export function stripUrl(clip: string, first: number, last: number, cells: number, height: number): string {
  return `/api/clips/${clip}/strip?first=${first}&last=${last}&count=${cells}&height=${Math.min(120, height)}`
}

export function thumbUrl(clip: string, frame: number): string {
  return `/api/clips/${clip}/frames/${frame}/thumb`
}

export function frameUrl(clip: string, frame: number): string {
  return `/api/clips/${clip}/frames/${frame}`
}
