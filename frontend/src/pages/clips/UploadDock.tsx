import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useClips, type Clip } from '../../api/queries'
import { useLanguage } from '../../i18n'
import { Button } from '../../parts/Button'
import { useRefusal } from '../../parts/Fault'
import { bytes, duration, percent } from '../../parts/format'
import { Icon } from '../../parts/Icon'
import type { IconName } from '../../parts/icons'
import { useJobWords } from '../../parts/jobs'
import { Progress } from '../../parts/Progress'
import { useOpenJob } from './ClipRow'
import { FailedActs } from './FailedActs'
import { wantsOther } from './mending'
import { PickButton } from './PickButton'
import { ReasonDetails, useReason } from './Reason'
import { hasArrived, isEnded, secondsLeft, type UploadRow } from './uploadRows'
import { cancelUpload, chooseAgain, goOn, keepAnyway, pauseUpload, removeRows, useUploads } from './uploads'

/** One row a file: on its way, decoded, failed with the reason, or there already. */
export function UploadDock() {
  const { t } = useTranslation('clips')
  const rows = useUploads()
  const [folded, setFolded] = useState(false)
  const ended = rows.filter(isEnded)
  useRoomAfter(ended.length)
  const broken = new Set(useClips().data?.filter((clip) => clip.state === 'failed').map((clip) => clip.id))
  const stateOf = (row: UploadRow) => (row.state === 'taken' && broken.has(row.clip ?? '') ? 'failed' : row.state)
  const many = (states: UploadRow['state'][]) => rows.filter((row) => states.includes(stateOf(row))).length
  const parts = [
    many(['waiting', 'sending']) && t('dock.running', { count: many(['waiting', 'sending']) }),
    many(['paused']) && t('dock.held', { count: many(['paused']) }),
    many(['failed']) && t('dock.failed', { count: many(['failed']) }),
    many(['duplicate']) && t('dock.duplicate', { count: many(['duplicate']) }),
    many(['taken']) && t('dock.taken', { count: many(['taken']) }),
  ].filter(Boolean)
  if (!rows.length) return null
  return (
    <section className="updock" aria-label={t('dock.title')}>
      <div className="row dock-head">
        <Icon name="up" tone="t2" />
        <b>{t('dock.title')}</b>
        <span className="s12 t3">{parts.join(' · ')}{many(['waiting', 'sending']) ? ` · ${t('dock.keep_open')}` : ''}</span>
        <span className="grow" />
        {ended.length > 0 && (
          <Button kind="bare" size="s" onClick={() => removeRows(ended.map((row) => row.id))}>{t('dock.clear')}</Button>
        )}
        <Button kind="bare" size="s" icon={folded ? 'chev' : 'chevd'} label={folded ? t('dock.unfold') : t('dock.fold')}
          onClick={() => setFolded(!folded)} />
      </div>
      {!folded && <div className="uprows">{rows.map((row) => <Row key={row.id} row={row} />)}</div>}
    </section>
  )
}

/** Each file that has come, or was refused, changes how much room is left. */
function useRoomAfter(ended: number): void {
  const client = useQueryClient()
  useEffect(() => {
    if (ended) void client.invalidateQueries({ queryKey: ['room'] })
  }, [client, ended])
}

function Row({ row }: { row: UploadRow }) {
  if (row.state === 'taken') return <Taken row={row} />
  if (isEnded(row)) return <Ended row={row} />
  return <Sending row={row} />
}

function Frame({ row, icon, tone, children, acts }: { row: UploadRow; icon: IconName; tone: string; children: ReactNode; acts?: ReactNode }) {
  const { t } = useTranslation('clips')
  return (
    <div className="uprow">
      <span className={tone}><Icon name={icon} /></span>
      <b className="clip" title={row.name}>{row.name}</b>
      {children}
      <span className="row tight acts">
        {acts}
        {isEnded(row)
          ? <Button kind="bare" size="s" icon="x" label={t('dock.remove')} onClick={() => removeRows([row.id])} />
          : <Button kind="bare" size="s" icon="x" label={t('dock.cancel', { name: row.name })} onClick={() => cancelUpload(row.id)} />}
      </span>
    </div>
  )
}

function Sending({ row }: { row: UploadRow }) {
  const { t } = useTranslation('clips')
  const language = useLanguage()
  const left = secondsLeft(row)
  const share = row.size ? row.sent / row.size : 0
  // All bytes are there and the server hashes and stores them: saying 100 % and nothing else would look stuck.
  const storing = row.state === 'sending' && share === 1
  const acts = row.state === 'paused'
    ? <Button kind="bare" size="s" icon="play" label={t('dock.go_on', { name: row.name })} onClick={() => goOn(row.id)} />
    : <Button kind="bare" size="s" icon="pause" label={t('dock.pause', { name: row.name })} onClick={() => pauseUpload(row.id)} />
  const label = row.state === 'sending' ? (storing ? t('dock.storing') : t('dock.sending')) : t(`dock.${row.state as 'waiting' | 'paused'}`)
  return (
    <Frame row={row} icon={row.stalled ? 'warn' : 'cloud'} tone={row.stalled ? 'warn' : 't3'} acts={!storing && acts}>
      <Bar label={row.stalled ? t(`dock.stalled.${row.stalled}`) : label} share={share} />
      <span className="t2">{bytes(row.sent)} / {bytes(row.size)}{row.rate !== null && !storing && !row.stalled && ` · ${bytes(row.rate)}/s`}</span>
      <span className="t2">{left !== null && !storing && !row.stalled && t('left', { time: duration(left, language) })}</span>
    </Frame>
  )
}

function Bar({ label, share }: { label: string; share: number }) {
  return (
    <span>
      <span className="row above-bar"><span>{label}</span><span className="grow" /><span className="t2">{percent(share)}</span></span>
      <Progress share={share} label={label} />
    </span>
  )
}

/** Sent; now the server works on it: decoding, pre-label, or the reason why the file cannot be a clip. */
function Taken({ row }: { row: UploadRow }) {
  const { t } = useTranslation('clips')
  const language = useLanguage()
  const clip = useClips().data?.find(({ id }) => id === row.clip)
  const job = useOpenJob(row.clip ?? '')
  const words = useJobWords()
  if (clip?.state === 'failed') return <Broken row={row} clip={clip} />
  const open = <Link to={`/clips/${row.clip}`}>{t('dock.open')}</Link>
  if (!job) {
    const ready = clip?.state === 'ready'
    return (
      <Frame row={row} icon={ready ? 'check' : 'clock'} tone={ready ? 'ok' : 't3'} acts={open}>
        <span className="wide-cell">{ready ? t('dock.ready') : t('waiting_to_decode')}</span>
      </Frame>
    )
  }
  // Queued, or not counted yet: a bar at 0 of 0 would look like work that is stuck.
  if (!job.total) {
    const waits = job.state === 'queued' ? t('jobs:state.queued') : words.stage(job)
    return (
      <Frame row={row} icon="clock" tone="t3" acts={open}>
        <span className="wide-cell">{[words.kind(job), waits].filter(Boolean).join(' · ')}</span>
      </Frame>
    )
  }
  const share = job.done / job.total
  return (
    <Frame row={row} icon="film" tone="t3" acts={open}>
      <Bar label={`${words.stage(job) || words.kind(job)} ${words.steps(job)}`} share={share} />
      <span className="t2">{[clip?.estimated_bytes ? t('estimate', { size: bytes(clip.estimated_bytes) }) : '', words.rate(job)].filter(Boolean).join(' · ')}</span>
      <span className="t2">{job.seconds_left != null && t('left', { time: duration(job.seconds_left, language) })}</span>
    </Frame>
  )
}

function Broken({ row, clip }: { row: UploadRow; clip: Clip }) {
  const { t } = useTranslation('clips')
  const reason = useReason()
  return (
    <Frame row={row} icon="err" tone="bad" acts={<ChooseAgain id={row.id} />}>
      <span className="wide-cell">
        <span className="bad b">{t('dock.broken', { reason: reason(clip) })}</span>{' '}
        <span className="t2">{t('dock.broken_kept')}</span>{' '}
        <Link to={`/clips/${clip.id}`}>{t('dock.open')}</Link>
        <ReasonDetails clip={clip} />
        <span className="row tight"><FailedActs clip={clip} size="s" /></span>
      </span>
    </Frame>
  )
}

function Ended({ row }: { row: UploadRow }) {
  const { t } = useTranslation('clips')
  const refusal = useRefusal()
  if (row.state === 'cancelled') {
    return <Frame row={row} icon="x" tone="t3" acts={<Again id={row.id} />}><span className="wide-cell t2">{t('dock.cancelled')}</span></Frame>
  }
  const reason = row.error ? refusal(row.error.code, row.error.message, row.error.detail) : ''
  if (row.state === 'duplicate') {
    return (
      <Frame row={row} icon="warn" tone="warn" acts={row.upload && <Keep row={row} />}>
        <span className="wide-cell"><span className="warn b">{reason}</span> <Link to={`/clips/${row.clip}`}>{t('dock.open_existing')}</Link></span>
      </Frame>
    )
  }
  return (
    <Frame row={row} icon="err" tone="bad" acts={wantsOther(row.error?.code ?? '') ? <ChooseAgain id={row.id} /> : <Again id={row.id} />}>
      <span className="wide-cell"><span className="bad b">{t(hasArrived(row) ? 'dock.not_stored' : 'dock.not_sent', { reason })}</span></span>
    </Frame>
  )
}

function Again({ id }: { id: number }) {
  const { t } = useTranslation('clips')
  return <Button size="s" icon="retry" onClick={() => goOn(id)}>{t('dock.again')}</Button>
}

function ChooseAgain({ id }: { id: number }) {
  const { t } = useTranslation('clips')
  return <PickButton size="s" icon="retry" onFiles={([file]) => file && chooseAgain(id, file)}>{t('dock.choose_again')}</PickButton>
}

/** The same bytes twice, on purpose: another cut of the work, or a test of two teams. */
function Keep({ row }: { row: UploadRow }) {
  const { t } = useTranslation('clips')
  return <Button size="s" icon="link" label={t('dock.keep_why')} onClick={() => void keepAnyway(row)}>{t('dock.keep')}</Button>
}
