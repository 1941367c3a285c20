import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { fileStore, useFileStore } from '../../api/fileStore'
import { useFrameMap, type Clip } from '../../api/queries'
import { useOpenJob } from '../clips/ClipRow'
import { aspect, frameUrl } from '../../parts/Filmstrip'
import { Button } from '../../parts/Button'
import { count, percent, timecode } from '../../parts/format'
import { NoPicture, ServerImage } from '../../parts/ServerImage'
import { frameShownAt, timeInside } from './frameMap'

/** The clip as a film. Every picture is a frame of ours, and its number is shown. */
export function Player({ clip }: { clip: Clip }) {
  const { t } = useTranslation('clip')
  const map = useFrameMap(clip.id).data
  const { epoch } = useFileStore()
  return (
    <section className="card" aria-label={t('player.title')}>
      <header><h2>{t('player.title')}</h2></header>
      {map ? <Film key={epoch} clip={clip} times={map.times} /> : <NotMade clip={clip} />}
    </section>
  )
}

function NotMade({ clip }: { clip: Clip }) {
  const { t } = useTranslation('clip')
  const job = useOpenJob(clip.id)
  const share = job?.kind === 'proxy' && job.total ? ` ${percent(job.done / job.total)}` : ''
  return (
    <div className="pad col">
      <ServerImage className="still" src={frameUrl(clip.id, 0)} alt="" style={{ aspectRatio: aspect(clip) }} />
      <p className="s12 t3">{t('player.not_made')}{share}</p>
    </div>
  )
}

function Film({ clip, times }: { clip: Clip; times: readonly number[] }) {
  const { t } = useTranslation('clip')
  const video = useRef<HTMLVideoElement>(null)
  const [frame, setFrame] = useState(0)
  const [playing, setPlaying] = useState(false)
  const [missing, setMissing] = useState(false)
  const url = `/api/clips/${clip.id}/proxy`
  useEffect(() => followFrames(video.current!, times, setFrame), [times])
  const go = (to: number) => {
    const wanted = Math.min(times.length - 1, Math.max(0, to))
    video.current!.pause()
    video.current!.currentTime = timeInside(times, wanted)
    setFrame(wanted)
  }
  const toggle = () => (video.current!.paused ? void video.current!.play() : video.current!.pause())
  const fail = () => {
    setMissing(true)
    void fileStore.missing(url)
  }
  const keys = (event: KeyboardEvent) => {
    const step = event.shiftKey ? 10 : 1
    if (event.code === 'Space') toggle()
    else if (event.code === 'ArrowLeft' || event.code === 'Comma') go(frame - step)
    else if (event.code === 'ArrowRight' || event.code === 'Period') go(frame + step)
    else return
    event.preventDefault()
  }
  if (missing) return <div className="pad"><NoPicture className="still" style={{ aspectRatio: aspect(clip) }} /></div>
  return (
    <div className="pad col" onKeyDown={keys}>
      <video ref={video} className="still" src={url} muted playsInline preload="auto" poster={frameUrl(clip.id, 0)} tabIndex={0}
        aria-label={t('player.title')} style={{ aspectRatio: aspect(clip) }} onClick={toggle}
        onPlay={() => setPlaying(true)} onPause={() => setPlaying(false)} onError={fail} />
      <div className="row tight">
        <Button size="s" icon={playing ? 'pause' : 'play'} label={t(playing ? 'player.pause' : 'player.play')} onClick={toggle} />
        <Button size="s" icon="chevl" label={t('player.earlier')} onClick={() => go(frame - 1)} />
        <Button size="s" icon="chev" label={t('player.later')} onClick={() => go(frame + 1)} />
        <input type="range" className="grow" min={0} max={times.length - 1} value={frame} aria-label={t('player.place')}
          onChange={(event) => go(event.currentTarget.valueAsNumber)} />
        <span className="tc s12">{count(frame)}</span>
        {!clip.variable_rate && <span className="s12 t3">{timecode(frame, clip.rate)}</span>}
      </div>
    </div>
  )
}

/** Tell which frame is on the screen: the browser says the time of each picture it shows. */
function followFrames(video: HTMLVideoElement, times: readonly number[], show: (frame: number) => void): () => void {
  let asked = 0
  const shown = (_now: number, { mediaTime }: VideoFrameCallbackMetadata) => {
    show(frameShownAt(times, mediaTime))
    asked = video.requestVideoFrameCallback(shown)
  }
  asked = video.requestVideoFrameCallback(shown)
  return () => video.cancelVideoFrameCallback(asked)
}
