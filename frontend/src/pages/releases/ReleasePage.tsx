import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate, useParams } from 'react-router'
import { ApiError } from '../../api/client'
import { useRelease, type Release } from '../../api/queries'
import { Button, ButtonLink } from '../../parts/Button'
import { Dialog } from '../../parts/Dialog'
import { bytes, count } from '../../parts/format'
import { Icon } from '../../parts/Icon'
import { Page } from '../../parts/Page'
import { notYet } from '../../parts/Waiting'
import { When } from '../../parts/When'
import { Missing, MissingPage } from '../missing/MissingPage'
import { RightsMark } from '../show/RightsMark'
import { useReleaseActs } from './acts'
import { ReleaseMark } from './ReleaseMark'
import { Building, downloadUrl } from './ReleasesPage'
import { SplitBar } from './SplitBar'

export function ReleasePage() {
  const { id = '' } = useParams()
  const { t } = useTranslation('releases')
  const asked = useRelease(id)
  const release = asked.data
  if (asked.error instanceof ApiError && asked.error.status === 404) return <MissingPage />
  if (!release) return <Page title={t('title')}>{notYet(asked, 3, 120, t('title')) ?? <Missing />}</Page>
  const name = `${release.name} ${release.version}`
  return (
    <Page title={name} heading={
      <span className="row tight"><Link className="t2 parent" to="/releases">{t('title')}</Link><span className="t3" aria-hidden="true">›</span>{name}</span>
    } sub={<ReleaseMark release={release} />} actions={<Acts release={release} />}>
      <div className="two-thirds">
        <div className="col" style={{ gap: 12 }}>
          <Way release={release} />
          <Lapsed release={release} />
          <Holds release={release} />
          {release.splits && (
            <section className="card"><header><h2>{t('step.splits')}</h2>
              <span className="s12 t3">{release.policy && t('step.splits_sub', { policy: t(`policy.${release.policy}`) })}</span></header>
              <div className="pad"><SplitBar splits={release.splits} /></div></section>
          )}
          {release.notes && <section className="card"><header><h2>{t('notes')}</h2></header><div className="pad"><p className="t2 pre-line">{release.notes}</p></div></section>}
        </div>
        <aside className="col" style={{ gap: 12 }}>
          {release.state === 'ready' && <Downloads release={release} />}
          {release.manifest && <Manifest release={release} manifest={release.manifest} />}
        </aside>
      </div>
    </Page>
  )
}

function Acts({ release }: { release: Release }) {
  const { t } = useTranslation('releases')
  const [asking, setAsking] = useState(false)
  const { remove, restore } = useReleaseActs()
  const navigate = useNavigate()
  const name = `${release.name} ${release.version}`
  if (release.deleted_at) return <Button icon="undo" needs="lead" onClick={() => restore.mutate(release)}>{t('restore')}</Button>
  return (
    <>
      <Button kind="bare" icon="trash" needs="lead" onClick={() => setAsking(true)}>{t('delete')}</Button>
      {asking && (
        <Dialog title={t('delete_title', { name })} act={t('delete_act', { name })} destroys onClose={() => setAsking(false)}
          busy={remove.isPending} error={remove.error} onAct={() => remove.mutate(release, { onSuccess: () => void navigate('/releases') })}>
          <p className="t2">{t('delete_text')}</p>
        </Dialog>
      )}
    </>
  )
}

/** While it is built, and when that failed. */
function Way({ release }: { release: Release }) {
  const { t } = useTranslation('releases')
  if (release.deleted_at) return <div className="note warn"><Icon name="trash" /><span>{t('is_deleted')}</span></div>
  if (release.state === 'building') {
    return <section className="card"><header><h2>{t('building')}</h2></header><div className="pad col"><Building release={release} /><p className="s12 t3">{t('building_text')}</p></div></section>
  }
  if (release.state !== 'failed') return null
  return (
    <div className="note bad" role="alert">
      <Icon name="err" />
      <span className="grow">{t('failed_text')} {release.fault}</span>
      <ButtonLink size="s" to="/jobs?state=failed">{t('to_jobs')}</ButtonLink>
    </div>
  )
}

/** Shows in it that nobody may use today. What was made stays: whoever passes it on decides. */
function Lapsed({ release }: { release: Release }) {
  const { t } = useTranslation('releases')
  if (!release.lapsed.length) return null
  return (
    <div className="note warn" role="alert">
      <Icon name="warn" />
      <div className="grow">
        <p>{t('lapsed_text')}</p>
        {release.lapsed.map(({ show, name, standing }) => (
          <p key={show} className="row tight"><Link to={`/shows/${show}`}>{name}</Link><RightsMark standing={standing} /></p>
        ))}
      </div>
    </div>
  )
}

function Holds({ release }: { release: Release }) {
  const { t } = useTranslation('releases')
  if (release.state !== 'ready') return null
  return (
    <section className="card">
      <header><h2>{t('holds')}</h2><span className="s12 t3"><When at={release.created_at} />{release.created_by && ` · ${release.created_by.name}`}</span></header>
      <div className="pad row wrap" style={{ gap: 28 }}>
        {(['shows', 'clips', 'shots', 'frames', 'subjects', 'masks'] as const).map((key) => (
          <div key={key}><div className="big">{count(release.counts[key])}</div><div className="s12 t3">{t(`what.${key}`, { count: release.counts[key] })}</div></div>
        ))}
      </div>
    </section>
  )
}

function Downloads({ release }: { release: Release }) {
  const { t } = useTranslation('releases')
  return (
    <section className="card">
      <header><h2>{t('download')}</h2></header>
      <div className="pad col">
        {release.formats.map((format) => (
          <ButtonLink key={format} kind="pri" size="xl" icon="down" download to={downloadUrl(release, format)}>{t(`format_name.${format}`)} · ZIP</ButtonLink>
        ))}
        <p className="s12 t3">{t('download_text')}</p>
      </div>
    </section>
  )
}

function Manifest({ release, manifest }: { release: Release; manifest: NonNullable<Release['manifest']> }) {
  const { t } = useTranslation('releases')
  return (
    <section className="card">
      <header><h2>{t('manifest')}</h2><span className="grow" />
        <ButtonLink kind="bare" size="s" icon="down" download to={`/api/releases/${release.id}/manifest`}>JSONL</ButtonLink></header>
      <div className="pad">
        <dl className="kv">
          <dt>{t('lines')}</dt><dd>{count(manifest.lines)}</dd>
          <dt>{t('size')}</dt><dd>{bytes(manifest.size)}</dd>
          <dt>SHA-256</dt><dd className="mono clip" title={manifest.sha256}>{manifest.sha256.slice(0, 6)}…{manifest.sha256.slice(-6)}</dd>
        </dl>
      </div>
    </section>
  )
}
