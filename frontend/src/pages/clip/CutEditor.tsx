import { useEffect, useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useFileStore } from '../../api/fileStore'
import type { Clip, Shot } from '../../api/queries'
import { Button, useLacking } from '../../parts/Button'
import { Fault } from '../../parts/Fault'
import { aspect, frameUrl, thumbUrl } from '../../parts/Filmstrip'
import { count, shotNumber, timecode } from '../../parts/format'
import { ServerImage } from '../../parts/ServerImage'
import { cutAt, mayMove, moveRange, nextCut, within } from './cutting'
import { CutLine } from './CutLine'
import { useCutting } from './useCutting'

/** Cuts on a line, and the two frames that stand at the chosen place: is there a cut between them? */
export function CutEditor({ clip, shots }: { clip: Clip; shots: readonly Shot[] }) {
  const { t } = useTranslation('clip')
  const [place, setPlace] = useState(() => shots[1]?.first ?? Math.min(1, clip.frames - 1))
  const [moving, setMoving] = useState<number | null>(null)
  const cutting = useCutting(clip.id)
  const blind = useFileStore().down
  const lacking = useLacking('annotator') ?? (blind ? t('cuts.no_pictures') : null)
  const at = Math.min(place, clip.frames - 1)
  const cut = cutAt(shots, at)
  useAhead(clip, at)
  if (clip.frames < 2) return null
  const move = (to: number) => cutting.change.mutate({ op: 'move', at: moving!, to }, { onSuccess: () => setMoving(null) })
  /** A cut that the pointer holds goes no further than its neighbours; let go where it was, it stays. */
  const drag = (frame: number) => setPlace(moving === null ? frame : within(shots, moving, frame))
  const drop = () => (moving !== null && mayMove(shots, moving, at) ? move(at) : setMoving(null))
  const addOrMove = () => (moving !== null ? move(at) : !cut && cutting.change.mutate({ op: 'add', at }))
  const undo = () => cutting.latest && cutting.undo.mutate(cutting.latest)
  const keys = (event: KeyboardEvent) => {
    const wanted = keyed(event, at, clip, shots)
    if (wanted !== null) setPlace(wanted)
    else if (cutting.busy || lacking) return
    else if (event.code === 'Enter') addOrMove()
    else if (event.code === 'Delete' && cut && moving === null) cutting.change.mutate({ op: 'remove', at })
    else if (event.code === 'Escape' && moving !== null) setMoving(null)
    else if (event.code === 'KeyZ' && (event.ctrlKey || event.metaKey)) undo()
    else return
    event.preventDefault()
  }
  return (
    <section className="card cuts" aria-label={t('cuts.title')}>
      <header>
        <h2>{t('cuts.title')}</h2>
        <span className="s12 t3">{t('cuts.sub', { count: shots.length - 1 })}</span>
        <span className="grow" />
        <Button size="s" kind="bare" icon="undo" keys="Ctrl Z" needs="annotator" why={cutting.latest ? null : t('cuts.nothing_to_undo')}
          onClick={undo}>{t('cuts.undo')}</Button>
      </header>
      <div className="pad col">
        <div className="cut-stage">
          <Picture clip={clip} shots={shots} frame={at - 1} side="earlier" />
          <div className={`cut-mark${cut ? ' on' : ''}`}><div><span className="s12 b">{cut ? t('cuts.here') : t('cuts.none_here')}</span>
            {cut && <span className="s12 t3">{t(`cuts.by.${cut.cut}`)}</span>}</div></div>
          <Picture clip={clip} shots={shots} frame={at} side="later" />
        </div>
        <CutLine clip={clip} shots={shots} at={at} moving={moving} onPlace={drag} onKeyDown={keys}
          onGrab={(frame) => !lacking && setMoving(frame)} onDrop={drop} />
        <div className="row cut-acts">
          <Button size="s" icon="chevl" label={t('cuts.previous')} onClick={() => setPlace(nextCut(shots, at, -1, clip.frames))} />
          <Button size="s" icon="chev" label={t('cuts.next')} onClick={() => setPlace(nextCut(shots, at, 1, clip.frames))} />
          <span className="tc">{count(at)}</span>
          {!clip.variable_rate && <span className="s12 t3">{timecode(at, clip.rate)}</span>}
          <span className="grow" />
          {moving === null
            ? <AtPlace cut={cut} why={blind ? t('cuts.no_pictures') : cutting.busy ? t('cuts.working') : null} onAdd={addOrMove} onMove={() => setMoving(at)}
                onRemove={() => cutting.change.mutate({ op: 'remove', at })} />
            : <Moving shots={shots} from={moving} to={at} blind={blind} onMove={() => move(at)} onStop={() => setMoving(null)} />}
        </div>
        {cutting.error && <Fault error={cutting.error} />}
      </div>
    </section>
  )
}

function keyed(event: KeyboardEvent, at: number, clip: Clip, shots: readonly Shot[]): number | null {
  const step = event.shiftKey ? 10 : 1
  const inside = (frame: number) => Math.min(clip.frames - 1, Math.max(1, frame))
  switch (event.code) {
    case 'ArrowLeft': case 'Comma': return inside(at - step)
    case 'ArrowRight': case 'Period': return inside(at + step)
    case 'PageUp': return nextCut(shots, at, -1, clip.frames)
    case 'PageDown': return nextCut(shots, at, 1, clip.frames)
    case 'Home': return 1
    case 'End': return clip.frames - 1
    default: return null
  }
}

/** The neighbours are fetched ahead, so that stepping does not wait. */
function useAhead(clip: Clip, at: number): void {
  useEffect(() => {
    for (const frame of [at - 2, at + 1]) if (frame >= 0 && frame < clip.frames) new Image().src = frameUrl(clip.id, frame)
  }, [clip.id, clip.frames, at])
}

function Picture({ clip, shots, frame, side }: { clip: Clip; shots: readonly Shot[]; frame: number; side: 'earlier' | 'later' }) {
  const { t } = useTranslation('clip')
  const shot = shots.findIndex(({ first, last }) => frame >= first && frame <= last)
  return (
    <figure>
      <div className="frame" style={{ aspectRatio: aspect(clip), backgroundImage: `url(${thumbUrl(clip.id, frame)})` }}>
        <ServerImage src={frameUrl(clip.id, frame)} alt={t('cuts.frame', { frame: count(frame) })} />
      </div>
      <figcaption className="row s12">
        <span className="t2">{t(`cuts.${side}`)}</span>
        <span className="t3">{t('cuts.frame', { frame: count(frame) })} · {t('shot', { number: shotNumber(shots[shot]?.number ?? shot + 1) })}</span>
      </figcaption>
    </figure>
  )
}

function AtPlace({ cut, why, onAdd, onMove, onRemove }: { cut: Shot | null; why: string | null; onAdd: () => void; onMove: () => void; onRemove: () => void }) {
  const { t } = useTranslation('clip')
  if (!cut) return <Button icon="sciss" keys="↵" needs="annotator" why={why} onClick={onAdd}>{t('cuts.add')}</Button>
  return (
    <>
      <Button icon="move" needs="annotator" why={why} onClick={onMove}>{t('cuts.move')}</Button>
      <Button icon="x" kind="dang" keys="Del" needs="annotator" why={why} onClick={onRemove}>{t('cuts.remove')}</Button>
    </>
  )
}

function Moving({ shots, from, to, blind, onMove, onStop }: { shots: readonly Shot[]; from: number; to: number; blind: boolean; onMove: () => void; onStop: () => void }) {
  const { t } = useTranslation('clip')
  const span = moveRange(shots, from)
  const why = blind ? t('cuts.no_pictures') : mayMove(shots, from, to) ? null : t('cuts.range', { from: count(span?.from ?? 0), to: count(span?.to ?? 0) })
  return (
    <>
      <span className="s12 warn">{t('cuts.moving', { frame: count(from) })}</span>
      <Button kind="bare" keys="Esc" onClick={onStop}>{t('cuts.stop_moving')}</Button>
      <Button kind="pri" keys="↵" why={why} onClick={onMove}>{t('cuts.move_here', { frame: count(to) })}</Button>
    </>
  )
}
