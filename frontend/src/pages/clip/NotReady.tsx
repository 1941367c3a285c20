import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { Clip, Show } from '../../api/queries'
import { ButtonLink } from '../../parts/Button'
import { Icon } from '../../parts/Icon'
import { Progress } from '../../parts/Progress'
import { percent } from '../../parts/format'
import { measured, useJobWords } from '../../parts/jobs'
import { useOpenJob } from '../clips/ClipRow'
import { FailedActs } from '../clips/FailedActs'
import { isMendable } from '../clips/mending'
import { ReasonDetails, useReason } from '../clips/Reason'
import { Technical } from './Technical'

/** A clip without frames: still to be decoded, perhaps once more, or the reason why it cannot be. */
export function NotReady({ clip, show }: { clip: Clip; show: Show | undefined }) {
  return (
    <div className="two-thirds">
      <section className="card state">{clip.state === 'failed' && !clip.job ? <Failed clip={clip} /> : <Coming clip={clip} />}</section>
      <Technical clip={clip} show={show} />
    </div>
  )
}

function Failed({ clip }: { clip: Clip }) {
  const { t } = useTranslation('clip')
  const reason = useReason()
  const mendable = isMendable(clip.fault?.code ?? '')
  return (
    <>
      <Icon name="err" large tone="bad" />
      <h2 className="object">{t('failed')}</h2>
      <p>{reason(clip)}</p>
      <p className="t2">{t(mendable ? 'failed_mendable' : 'failed_next')}</p>
      <div className="row">
        <FailedActs clip={clip} />
        {!mendable && <ButtonLink to="/clips" icon="up">{t('to_upload')}</ButtonLink>}
      </div>
      <ReasonDetails clip={clip} />
    </>
  )
}

function Coming({ clip }: { clip: Clip }) {
  const { t } = useTranslation('clip')
  const words = useJobWords()
  const job = useOpenJob(clip.id)
  const share = job?.total ? job.done / job.total : 0
  return (
    <>
      <Icon name="clock" large tone="t3" />
      <p className="t2">{t('not_decoded')}</p>
      {job && (
        <div className="state-bar">
          <div className="row s12 above-bar">
            <Link to="/jobs" className="t2">{words.stage(job) || words.kind(job)}{job.total ? ` ${measured([job.done, job.total], job.unit)}` : ''}</Link>
            <span className="grow" />
            <span className="t3">{percent(share)}</span>
          </div>
          <Progress share={share} label={words.title(job)} />
        </div>
      )}
    </>
  )
}
