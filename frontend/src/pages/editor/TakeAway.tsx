/** One shot to take away: asked for by format and by whose it is; what was made is kept here for some days. */
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { feed, OPEN, useActivity, type Job } from '../../api/activity'
import { api, data, type Schemas } from '../../api/client'
import { ButtonLink } from '../../parts/Button'
import { Dialog } from '../../parts/Dialog'
import { bytes } from '../../parts/format'
import { useJobWords } from '../../parts/jobs'
import { Progress } from '../../parts/Progress'
import { When } from '../../parts/When'
import { nameOf } from './SidePanel'
import { useDesk, useSession } from './use'

type Cutout = Schemas['Cutout']
type Format = Cutout['format']
const FORMATS: Format[] = ['png', 'prores', 'vp9']

export function TakeAwayDialog() {
  const desk = useDesk()
  const session = useSession()
  const { t } = useTranslation('editor')
  const [format, setFormat] = useState<Format>('png')
  const [whose, setWhose] = useState('')
  const [refusal, setRefusal] = useState<unknown>(null)
  const make = async () => {
    setRefusal(null)
    try {
      await session.saveAll() // what is on the desk goes with it
      const path = { params: { path: { id: session.shot.id } } }
      await data(api.POST('/api/shots/{id}/cutouts', { ...path, body: { format, subject: whose || null } }))
      feed.wake()
    } catch (error) {
      setRefusal(error)
    }
  }
  return (
    <Dialog title={t('takeAway.title')} act={t('takeAway.act')} wide error={refusal} onClose={() => desk.set({ dialog: null })} onAct={() => void make()}>
      <div className="col formats" role="radiogroup" aria-label={t('takeAway.format')}>
        {FORMATS.map((one) => (
          <label key={one} className="row">
            <input type="radio" name="format" checked={format === one} onChange={() => setFormat(one)} />
            <b>{t(`takeAway.formats.${one}`)}</b>
            <span className="t2 s12">{t(`takeAway.for.${one}`)}</span>
          </label>
        ))}
      </div>
      <label className="row">
        {t('takeAway.whose')}
        <select value={whose} onChange={(event) => setWhose(event.target.value)}>
          <option value="">{t('takeAway.everybody')}</option>
          {session.subjects.map((subject) => (
            <option key={subject.id} value={subject.id}>{nameOf(subject, t)}</option>
          ))}
        </select>
      </label>
      <p className="t3 s12">{t('takeAway.note')}</p>
      <Made />
    </Dialog>
  )
}

/** What is being made, and what was. */
function Made() {
  const session = useSession()
  const { t } = useTranslation('editor')
  const jobs = [...useActivity().jobs.values()].filter((job) => job.kind === 'cutout' && job.target.id === session.shot.id)
  const open = jobs.filter((job) => OPEN.includes(job.state))
  const over = jobs.length - open.length
  const made = useQuery({
    queryKey: ['cutouts', session.shot.id],
    queryFn: () => data(api.GET('/api/shots/{id}/cutouts', { params: { path: { id: session.shot.id } } })),
  })
  const { refetch } = made
  useEffect(() => void refetch(), [refetch, over])
  const failed = jobs.filter((job) => job.state === 'failed')
  if (!open.length && !failed.length && !made.data?.length) return null
  return (
    <section className="col cutouts" aria-label={t('takeAway.made')}>
      <h3>{t('takeAway.made')}</h3>
      {open.map((job) => <Making key={job.id} job={job} />)}
      {failed.map((job) => <p key={job.id} className="bad s12" role="alert">{t('takeAway.failed')}</p>)}
      {made.data?.map((cutout) => <Row key={cutout.id} cutout={cutout} />)}
    </section>
  )
}

function Making({ job }: { job: Job }) {
  const words = useJobWords()
  return (
    <div className="row s12">
      <span className="t2">{words.stage(job) || words.kind(job)}</span>
      <span className="grow"><Progress share={job.total ? job.done / job.total : 0} label={words.title(job)} /></span>
      <span className="t2">{job.total ? words.steps(job) : ''}</span>
    </div>
  )
}

function Row({ cutout }: { cutout: Cutout }) {
  const session = useSession()
  const { t } = useTranslation('editor')
  const whose = session.shot.subjects.find((one) => one.id === cutout.subject)
  return (
    <div className="row s12">
      <b>{t(`takeAway.formats.${cutout.format}`)}</b>
      <span className="t2">{whose ? nameOf(whose, t) : t('takeAway.everybody')}</span>
      <span className="grow t3"><When at={cutout.made_at} /></span>
      <span className="t2">{bytes(cutout.bytes)}</span>
      <ButtonLink size="s" icon="down" download to={`/api/cutouts/${cutout.id}`}>{t('takeAway.download')}</ButtonLink>
    </div>
  )
}
