import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { useClips, useShows, type Clip, type Show } from '../../api/queries'
import { Button, useLacking } from '../../parts/Button'
import { count } from '../../parts/format'
import { Page } from '../../parts/Page'
import { Empty, notYet } from '../../parts/Waiting'
import { BulkBar } from './BulkBar'
import { ChosenContext } from './choosing'
import { DropAnywhere } from './DropAnywhere'
import { Filters } from './Filters'
import { EVERYTHING, FILTER_RIGHTS, grouped, matching, SORTS, totals, type Filter } from './filtering'
import { ReadingDialog } from './ReadingDialog'
import { RoomMark } from './Room'
import { ShowDialog } from './ShowDialog'
import { ShowGroup } from './ShowGroup'
import { Unfinished } from './Unfinished'
import { UploadDialog } from './UploadDialog'
import { UploadDock } from './UploadDock'

type Open = { kind: 'show' } | { kind: 'reading' } | { kind: 'upload'; files: File[] } | null

export function ClipsPage() {
  const { t } = useTranslation('clips')
  const [open, setOpen] = useState<Open>(null)
  const lacking = useLacking('annotator')
  const clips = useClips().data
  const shows = useShows().data
  const sub = clips && shows && t('sub', {
    shows: t('shows', { count: shows.length }),
    clips: t('clips', { count: clips.length }),
    frames: t('frames', { count: totals(clips).frames, shown: count(totals(clips).frames) }),
  })
  const startUpload = (files: File[]) => setOpen({ kind: 'upload', files })
  return (
    <Page title={t('title')} sub={<>{sub} <RoomMark /></>} actions={
      <>
        <Button kind="bare" icon="gear" needs="lead" label={t('reading.title')} onClick={() => setOpen({ kind: 'reading' })} />
        <Button icon="plus" needs="annotator" onClick={() => setOpen({ kind: 'show' })}>{t('new_show')}</Button>
        <Button icon="up" kind="pri" needs="annotator" onClick={() => startUpload([])}>{t('upload_clips')}</Button>
      </>
    }>
      <UploadDock />
      <Unfinished />
      <Listing onUpload={() => startUpload([])} />
      {!lacking && <DropAnywhere text={t('drop_here')} onFiles={startUpload} />}
      {open?.kind === 'show' && <ShowDialog onClose={() => setOpen(null)} />}
      {open?.kind === 'reading' && <ReadingDialog onClose={() => setOpen(null)} />}
      {open?.kind === 'upload' && <UploadDialog files={open.files} onClose={() => setOpen(null)} />}
    </Page>
  )
}

/** The filter lives in the address: a link to it shows the same. */
function useFilter(): [Filter, (filter: Filter) => void] {
  const [search, setSearch] = useSearchParams()
  const filter: Filter = {
    words: search.get('q') ?? '',
    state: (search.get('state') ?? 'all') as Filter['state'],
    rights: FILTER_RIGHTS.find((one) => one === search.get('rights')) ?? 'all',
    sort: SORTS.find((one) => one === search.get('sort')) ?? 'name',
    deleted: search.has('deleted'),
  }
  const set = ({ words, state, rights, sort, deleted }: Filter) => {
    const next = new URLSearchParams()
    if (words) next.set('q', words)
    if (state !== 'all') next.set('state', state)
    if (rights !== 'all') next.set('rights', rights)
    if (sort !== 'name') next.set('sort', sort)
    if (deleted) next.set('deleted', '1')
    setSearch(next, { replace: true })
  }
  return [filter, set]
}

function Listing({ onUpload }: { onUpload: () => void }) {
  const { t } = useTranslation('clips')
  const [filter, setFilter] = useFilter()
  const clips = useClips(filter.deleted)
  const shows = useShows()
  const gone = useShows(true)
  const waiting = notYet(clips, 6, 50, t('title')) ?? notYet(shows, 6, 50, t('title'))
  if (waiting) return waiting
  const known = [...(shows.data ?? []), ...(gone.data ?? [])]
  const nothing = clips.data?.length === 0 && shows.data?.length === 0 && !filter.deleted
  return (
    <>
      <Filters filter={filter} onChange={setFilter} clips={clips.data ?? []} />
      {nothing ? (
        <Empty action={<Button size="xl" icon="up" needs="annotator" onClick={onUpload}>{t('upload_clips')}</Button>}>
          {t('empty')}
        </Empty>
      ) : (
        <Groups clips={clips.data ?? []} shows={known} filter={filter} onFilter={setFilter} />
      )}
    </>
  )
}

function Groups({ clips, shows, filter, onFilter }: { clips: Clip[]; shows: Show[]; filter: Filter; onFilter: (filter: Filter) => void }) {
  const { t } = useTranslation('clips')
  const [ids, set] = useState<ReadonlySet<string>>(new Set())
  const chosen = useMemo(() => ({ ids, set }), [ids])
  const groups = useMemo(() => grouped(matching(clips, shows, filter), shows, filter), [clips, shows, filter])
  if (!groups.length) {
    return (
      <Empty action={<Button onClick={() => onFilter({ ...EVERYTHING, sort: filter.sort })}>{t('clear_filters')}</Button>}>
        {filter.deleted ? t('none_deleted') : t('none_match')}
      </Empty>
    )
  }
  return (
    <ChosenContext value={chosen}>
      <BulkBar clips={groups.flatMap(([, own]) => own)} deleted={filter.deleted} />
      <div className={`clipgrid above-rows s12 t3${filter.deleted ? ' with-act' : ''}`}>
        <span>{t('col.picture')}</span>
        {SORTS.map((sort) => (
          <span key={sort}>
            <button type="button" aria-pressed={filter.sort === sort} title={t('sort_by', { column: t(`col.${sort}`) })} onClick={() => onFilter({ ...filter, sort })}>{t(`col.${sort}`)}</button>
          </span>
        ))}
      </div>
      {groups.map(([show, own]) => <ShowGroup key={show.id} show={show} clips={own} deleted={filter.deleted} />)}
    </ChosenContext>
  )
}
