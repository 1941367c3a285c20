import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { OPEN, useActivity, type Job } from '../../api/activity'
import type { Clip } from '../../api/queries'
import { useLanguage } from '../../i18n'
import { Button } from '../../parts/Button'
import { Filmstrip } from '../../parts/Filmstrip'
import { bytes, count, duration, frameRate, percent } from '../../parts/format'
import { Icon } from '../../parts/Icon'
import { measured, useJobWords } from '../../parts/jobs'
import { Progress } from '../../parts/Progress'
import { StateBar } from '../../parts/StateMark'
import { When } from '../../parts/When'
import { useClipActs } from './acts'
import { toggled, useChosen } from './choosing'
import { FailedActs } from './FailedActs'
import { ReasonDetails, useReason } from './Reason'

const CELL = { width: 61, height: 34 }

export function ClipRow({ clip, deleted }: { clip: Clip; deleted: boolean }) {
  const { t } = useTranslation('clips')
  if (clip.state === 'failed' && !clip.job) return <FailedRow clip={clip} deleted={deleted} />
  const inside = (
    <>
      <Pictures clip={clip} />
      <span style={{ minWidth: 0 }}>
        <b className="clip block">{clip.name}{clip.duplicates > 0 && <span className="chip warn twin">{t('state.twins')}</span>}</b>
        <ClipFigures clip={clip} />
      </span>
      <Work clip={clip} />
      <span className="s12 t3">
        <span className="block">{clip.subjects > 0 || (clip.state === 'ready' && clip.progress.pre === 0) ? t('people', { count: clip.subjects }) : ''}</span>
        <When at={deleted && clip.deleted_at ? clip.deleted_at : clip.created_at} />
      </span>
    </>
  )
  return (
    <div className="ticked">
      <Tick clip={clip} />
      {deleted
        ? <div className="clipgrid cliprow with-act">
            {inside}
            <Restore clip={clip} />
          </div>
        : <Link className="clipgrid cliprow" to={`/clips/${clip.id}`}>{inside}</Link>}
    </div>
  )
}

/** Where pictures would be stands why there are none. */
function FailedRow({ clip, deleted }: { clip: Clip; deleted: boolean }) {
  const reason = useReason()
  return (
    <div className="ticked">
      <Tick clip={clip} />
      <div className={`clipgrid cliprow${deleted ? ' with-act' : ''}`}>
        <div className="s12 clip-fault">
          <Icon name="err" tone="bad" />
          <div><span className="bad">{reason(clip)}</span><ReasonDetails clip={clip} /></div>
        </div>
        <Link className="rowlink" style={{ minWidth: 0 }} to={`/clips/${clip.id}`}><b className="clip block">{clip.name}</b><ClipFigures clip={clip} /></Link>
        <span className="row tight wrap">{!deleted && <FailedActs clip={clip} size="s" />}</span>
        <span className="s12 t3"><When at={deleted && clip.deleted_at ? clip.deleted_at : clip.created_at} /></span>
        {deleted && <Restore clip={clip} />}
      </div>
    </div>
  )
}

function Restore({ clip }: { clip: Clip }) {
  const { t } = useTranslation('clips')
  const { restore } = useClipActs()
  return <Button size="s" icon="undo" needs="lead" onClick={() => restore.mutate(clip)}>{t('restore')}</Button>
}

/** A tick for acts on many clips; it stands beside the link, not in it. */
function Tick({ clip }: { clip: Clip }) {
  const { t } = useTranslation('clips')
  const chosen = useChosen()
  return (
    <label className="tick">
      <input type="checkbox" checked={chosen.ids.has(clip.id)} aria-label={t('select', { name: clip.name })}
        onChange={() => chosen.set(toggled(chosen.ids, [clip.id]))} />
    </label>
  )
}

function Pictures({ clip }: { clip: Clip }) {
  if (clip.state === 'ready') return <Filmstrip clip={clip} first={0} last={clip.frames - 1} cells={8} cell={CELL} />
  return <span className="grey" style={{ width: CELL.width * 8, height: CELL.height }} />
}

/** "800×332 · 24 fps · 1,691 frames · 44 shots"; before decoding only what is known. */
export function ClipFigures({ clip }: { clip: Clip }) {
  const { t } = useTranslation('clips')
  const language = useLanguage()
  const known = clip.state === 'ready'
    ? [
        `${clip.width}×${clip.height}`,
        clip.variable_rate ? t('variable_rate') : `${frameRate(clip.rate)} fps`,
        t('frames', { count: clip.frames, shown: count(clip.frames) }),
        t('shots', { count: clip.shots }),
        duration(clip.duration, language),
      ]
    : [bytes(clip.size_bytes), clip.state !== 'failed' && clip.estimated_bytes ? t('estimate', { size: bytes(clip.estimated_bytes) }) : ''].filter(Boolean)
  // A narrow place breaks between figures, never inside one.
  return <span className="s12 t3 block">{known.map((figure) => figure.replaceAll(' ', '\u00a0')).join(' · ')}</span>
}

/** What goes on with the clip: decoding, or frames by state. */
function Work({ clip }: { clip: Clip }) {
  const { t } = useTranslation('clips')
  const job = useOpenJob(clip.id)
  if (clip.state !== 'ready') return <Decoding job={job} />
  const done = clip.frames ? clip.progress.accepted / clip.frames : 0
  return (
    <span>
      <span className="row s12 above-bar">
        <span className="t2">{t('accepted_share', { share: percent(done) })}</span>
        <span className="grow" />
        {job && <JobChip job={job} />}
      </span>
      <StateBar frames={clip.progress} />
    </span>
  )
}

function Decoding({ job }: { job: Job | undefined }) {
  const { t } = useTranslation('clips')
  const words = useJobWords()
  if (!job?.total) return <span className="s12 t3">{t('waiting_to_decode')}</span>
  const share = job.done / job.total
  return (
    <span>
      <span className="row s12 above-bar">
        <span className="t2">{words.stage(job)} {measured([job.done, job.total], job.unit)}</span>
        <span className="grow" />
        <span className="t3">{percent(share)}</span>
      </span>
      <Progress share={share} label={words.title(job)} />
    </span>
  )
}

function JobChip({ job }: { job: Job }) {
  const words = useJobWords()
  const share = job.total ? ` ${percent(job.done / job.total)}` : ''
  return <span className="acc">{words.kind(job)}{share}</span>
}

/** The job that works on this thing now. */
export function useOpenJob(target: string): Job | undefined {
  return [...useActivity().jobs.values()].find((job) => job.target.id === target && OPEN.includes(job.state))
}
