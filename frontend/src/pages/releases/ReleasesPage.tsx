import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useReleases, type Release } from '../../api/queries'
import { useActivity } from '../../api/activity'
import { Button, ButtonLink, useLacking } from '../../parts/Button'
import { count, percent } from '../../parts/format'
import { Page } from '../../parts/Page'
import { Progress } from '../../parts/Progress'
import { When } from '../../parts/When'
import { Empty, notYet } from '../../parts/Waiting'
import { useReleaseActs } from './acts'
import { ReleaseMark } from './ReleaseMark'
import { SplitBar } from './SplitBar'

export function ReleasesPage() {
  const { t } = useTranslation('releases')
  const [deleted, setDeleted] = useState(false)
  const releases = useReleases(deleted)
  return (
    <Page title={t('title')} sub={t('sub')} actions={
      <>
        <Button kind="bare" pressed={deleted} onClick={() => setDeleted(!deleted)}>{t('deleted')}</Button>
        <NewRelease />
      </>
    }>
      {notYet(releases, 4, 56, t('title')) ?? <Table releases={releases.data ?? []} deleted={deleted} onClear={() => setDeleted(false)} />}
    </Page>
  )
}

function NewRelease() {
  const { t } = useTranslation('releases')
  const lacking = useLacking('lead')
  if (lacking) return <Button kind="pri" icon="plus" needs="lead">{t('new')}</Button>
  return <ButtonLink kind="pri" icon="plus" to="/releases/new">{t('new')}</ButtonLink>
}

function Table({ releases, deleted, onClear }: { releases: readonly Release[]; deleted: boolean; onClear: () => void }) {
  const { t } = useTranslation('releases')
  if (!releases.length) {
    return deleted
      ? <Empty action={<Button onClick={onClear}>{t('clear_filters')}</Button>}>{t('none_deleted')}</Empty>
      : <Empty action={<ButtonLink to="/tasks">{t('to_tasks')}</ButtonLink>}>{t('empty')}</Empty>
  }
  return (
    <section className="card"><div className="pad" style={{ paddingTop: 8 }}>
      <table>
        <thead>
          <tr>
            <th>{t('col.name')}</th><th>{t('col.state')}</th><th className="r">{t('col.frames')}</th><th className="r">{t('col.shots')}</th>
            <th className="r">{t('col.masks')}</th><th style={{ width: '26%' }}>{t('col.splits')}</th><th>{t('col.made')}</th><th />
          </tr>
        </thead>
        <tbody>{releases.map((release) => <Row key={release.id} release={release} />)}</tbody>
      </table>
    </div></section>
  )
}

function Row({ release }: { release: Release }) {
  const { t } = useTranslation('releases')
  const { restore } = useReleaseActs()
  const { counts } = release
  const ready = release.state === 'ready'
  return (
    <tr>
      <td><Link className="rowlink b" to={`/releases/${release.id}`}>{release.name} {release.version}</Link></td>
      <td><ReleaseMark release={release} /></td>
      <td className="r">{ready ? count(counts.frames) : ''}</td>
      <td className="r">{ready ? count(counts.shots) : ''}</td>
      <td className="r">{ready ? count(counts.masks) : ''}</td>
      <td>{release.splits ? <SplitBar splits={release.splits} plain /> : <Building release={release} />}</td>
      <td className="s12 t3 nowrap"><When at={release.created_at} />{release.created_by && ` · ${release.created_by.name}`}</td>
      <td className="r nowrap">
        {release.deleted_at
          ? <Button size="s" icon="undo" needs="lead" onClick={() => restore.mutate(release)}>{t('restore')}</Button>
          : ready && <ButtonLink size="s" icon="down" download to={downloadUrl(release)}>ZIP</ButtonLink>}
      </td>
    </tr>
  )
}

/** The build as it goes on. */
export function Building({ release }: { release: Release }) {
  const { t } = useTranslation('releases')
  const job = useActivity().jobs.get(release.job ?? '')
  if (release.state !== 'building') return null
  const share = job?.total ? job.done / job.total : 0
  return <span className="row s12"><span className="grow"><Progress share={share} label={t('building')} /></span>{percent(share)}</span>
}

export function downloadUrl(release: Release, format = release.formats[0] ?? 'davis2017'): string {
  return `/api/releases/${release.id}/download?format=${format}`
}
