import { count as shownCount } from './format'

export interface StripOf {
  id: string
  width: number
  height: number
  pixel_aspect: readonly number[]
}

/** The server makes strips of no more pictures. */
const MOST = 64

interface FilmstripProps {
  clip: StripOf
  first: number
  last: number
  /** How many pictures, and how wide and high each is shown; wider pictures are cut at both sides, of narrower ones there are more. */
  cells: number
  cell: { width: number; height: number }
}

/** A few pictures of a span side by side: one request, cut into cells that never change their size. */
export function Filmstrip({ clip, first, last, cells, cell }: FilmstripProps) {
  const own = Math.max(1, Math.round((cell.height * aspect(clip))))
  const width = cell.width * cells
  const pictures = Math.max(cells, Math.min(MOST, Math.round(width / own)))
  const url = stripUrl(clip.id, first, last, pictures, cell.height * 2)
  const shown = width / pictures
  const drawn = Math.max(own, shown)
  return (
    <span className="filmstrip" role="img" aria-label={`${shownCount(first)}–${shownCount(last)}`}
      style={{ width, height: cell.height }}>
      {Array.from({ length: pictures }, (_, index) => (
        <i key={index} style={{ width: shown }}>
          <b style={{
            width: shown,
            backgroundImage: `url(${url})`,
            backgroundSize: `${drawn * pictures}px ${(cell.height * drawn) / own}px`,
            backgroundPosition: `${-(index * drawn + (drawn - shown) / 2)}px center`,
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
