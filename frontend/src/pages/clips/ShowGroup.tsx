import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Clip, Show } from '../../api/queries'
import { Link } from 'react-router'
import { Button } from '../../parts/Button'
import { Icon } from '../../parts/Icon'
import { ClipRow } from './ClipRow'
import { DeleteShowDialog, ShowDialog } from './ShowDialog'
import { RightsMark } from '../show/RightsMark'
import { useShowActs } from './acts'
import { toggled, useChosen } from './choosing'
import { WatchDialog } from './WatchDialog'

/** A show and its clips; folding is remembered while the page is open. */
export function ShowGroup({ show, clips, deleted }: { show: Show; clips: Clip[]; deleted: boolean }) {
  const { t } = useTranslation('clips')
  const [folded, setFolded] = useState(false)
  const chosen = useChosen()
  const rights = [t('clips', { count: clips.length }), show.licence].filter(Boolean).join(' · ')
  return (
    <section aria-label={show.name}>
      <div className="grouphead">
        {clips.length > 0 && (
          <input type="checkbox" className="tick-all" checked={clips.every(({ id }) => chosen.ids.has(id))} aria-label={t('select_all', { name: show.name })}
            onChange={() => chosen.set(toggled(chosen.ids, clips.map(({ id }) => id)))} />
        )}
        <button type="button" className="fold" aria-expanded={!folded} onClick={() => setFolded(!folded)}>
          <Icon name={folded ? 'chev' : 'chevd'} tone="t3" />
          <span className="b">{show.name}</span>
        </button>
        <span className="s12 t3" title={show.attribution}>{rights}</span>
        {!show.licence && <span className="chip warn"><Icon name="warn" />{t('no_licence')}</span>}
        <Link to={`/shows/${show.id}`} title={t('rights_of', { name: show.name })}><RightsMark standing={show.rights} /></Link>
        <ShowActs show={show} />
      </div>
      {!folded && clips.map((clip) => <ClipRow key={clip.id} clip={clip} deleted={deleted} />)}
      {!folded && clips.length === 0 && !show.deleted_at && <p className="s12 t3 nothing">{t('no_clips_in_show')}</p>}
    </section>
  )
}

function ShowActs({ show }: { show: Show }) {
  const { t } = useTranslation('clips')
  const [open, setOpen] = useState<'edit' | 'watch' | 'delete' | null>(null)
  const { restore } = useShowActs()
  if (show.deleted_at) {
    return <Button size="s" icon="undo" needs="lead" onClick={() => restore.mutate(show)}>{t('restore')}</Button>
  }
  return (
    <span className="row tight show-acts">
      <Button kind="bare" size="s" icon="pen" needs="lead" label={t('edit_show', { name: show.name })} onClick={() => setOpen('edit')} />
      <WatchButton show={show} onClick={() => setOpen('watch')} />
      <Button kind="bare" size="s" icon="trash" needs="lead" label={t('delete_show', { name: show.name })} onClick={() => setOpen('delete')} />
      {open === 'edit' && <ShowDialog show={show} onClose={() => setOpen(null)} />}
      {open === 'watch' && <WatchDialog show={show} onClose={() => setOpen(null)} />}
      {open === 'delete' && <DeleteShowDialog show={show} onClose={() => setOpen(null)} />}
    </span>
  )
}

/** How many places are watched, and whether one of them cannot be read. */
function WatchButton({ show, onClick }: { show: Show; onClick: () => void }) {
  const { t } = useTranslation('clips')
  const { places, failing } = show.watched
  const name = t('watch_show', { name: show.name })
  if (!places) return <Button kind="bare" size="s" icon="eye" needs="lead" label={name} onClick={onClick} />
  const told = [name, t('watched_places', { count: places }), failing && t('watched_failing', { count: failing })].filter(Boolean).join(' · ')
  return (
    <Button kind="bare" size="s" icon="eye" needs="lead" label={told} onClick={onClick}>
      <span aria-hidden="true">{places}</span>
      {failing > 0 && <Icon name="warn" tone="warn" />}
      <span className="sr">{told}</span>
    </Button>
  )
}
