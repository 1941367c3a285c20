import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { ApiError } from '../../api/client'
import { useClip, useShots, useShows, useTasks, type Clip, type Show } from '../../api/queries'
import { Button } from '../../parts/Button'
import { Page } from '../../parts/Page'
import { Empty, notYet } from '../../parts/Waiting'
import { ClipFigures } from '../clips/ClipRow'
import { useClipActs } from '../clips/acts'
import { Missing, MissingPage } from '../missing/MissingPage'
import { ClipActs } from './ClipActs'
import { CutEditor } from './CutEditor'
import { Duplicates } from './Duplicates'
import { NotReady } from './NotReady'
import { Noticed } from './Noticed'
import { Player } from './Player'
import { ShotGrid } from './ShotGrid'
import { Technical } from './Technical'
import { Voids } from './Voids'

export function ClipPage() {
  const { id = '' } = useParams()
  const { t } = useTranslation('clip')
  const asked = useClip(id)
  const shows = useShows().data ?? []
  const clip = asked.data
  if (asked.error instanceof ApiError && asked.error.status === 404) return <MissingPage />
  if (!clip) return <Page title={t('title')}>{notYet(asked, 3, 160, t('title')) ?? <Missing />}</Page>
  const show = shows.find((one) => one.id === clip.show)
  const heading = (
    <span className="row tight">
      <Link to={`/clips?q=${encodeURIComponent(show?.name ?? '')}`} className="t2 parent">{show?.name ?? '…'}</Link>
      <span className="t3" aria-hidden="true">›</span>
      <span className="clip">{clip.name}</span>
    </span>
  )
  return (
    <Page title={clip.name} heading={heading} sub={<ClipFigures clip={clip} />} actions={<ClipActs clip={clip} />}>
      {clip.deleted_at ? <Deleted clip={clip} /> : clip.state === 'ready' ? <Body clip={clip} show={show} /> : <NotReady clip={clip} show={show} />}
    </Page>
  )
}

/** So many shots leave room below them for what else is known of the clip. */
const FEW = 3

function Body({ clip, show }: { clip: Clip; show: Show | undefined }) {
  const { t } = useTranslation('clip')
  const shots = useShots(clip.id, true)
  const tasks = useTasks(clip.id)
  const waiting = notYet(shots, 3, 160, t('shots'))
  if (waiting) return waiting
  const few = (shots.data ?? []).length <= FEW
  const papers = <><Duplicates clip={clip} /><Technical clip={clip} show={show} /></>
  return (
    <div className="two-thirds">
      <div className="col" style={{ gap: 16 }}>
        <CutEditor clip={clip} shots={shots.data ?? []} />
        <div className={`col few${shots.data?.length === 1 ? ' one' : ''}`}>
          <ShotGrid clip={clip} shots={shots.data ?? []} tasks={tasks.data ?? []} />
          {few && <div className="papers">{papers}</div>}
        </div>
      </div>
      <aside className="col" style={{ gap: 12 }}>
        <Player clip={clip} />
        <Noticed clip={clip} />
        <Voids clip={clip} />
        {!few && papers}
      </aside>
    </div>
  )
}

function Deleted({ clip }: { clip: Clip }) {
  const { t } = useTranslation('clip')
  const { restore } = useClipActs()
  return (
    <Empty action={<Button icon="undo" kind="pri" needs="lead" onClick={() => restore.mutate(clip)}>{t('restore')}</Button>}>
      {t('is_deleted')}
    </Empty>
  )
}
