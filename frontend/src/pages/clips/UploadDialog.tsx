import { Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Schemas } from '../../api/client'
import { useRoom, useShows } from '../../api/queries'
import { useMe } from '../../api/session'
import { Dialog } from '../../parts/Dialog'
import { bytes } from '../../parts/format'
import { FilePick } from './FilePick'
import { useShowActs } from './acts'
import { keepLastShow, lastShow } from './lastShow'
import { upload } from './uploads'

const NEW = 'new'

/** Which files, and into which show: one that is there, or a new one. */
export function UploadDialog({ files, onClose }: { files: File[]; onClose: () => void }) {
  const { t } = useTranslation('clips')
  const [chosen, setChosen] = useState(files)
  const shows = useShows().data ?? []
  const [wish, setWish] = useState(lastShow)
  const show = shows.some(({ id }) => id === wish) ? wish : wish === NEW ? NEW : (shows[0]?.id ?? NEW)
  const [name, setName] = useState('')
  const project = useMe().data?.projects[0]?.id ?? ''
  const { save } = useShowActs()
  const start = (id: string) => {
    keepLastShow(id)
    upload(id, chosen)
    onClose()
  }
  const act = () =>
    show === NEW ? save.mutate({ body: { project, name } }, { onSuccess: ({ id }) => start(id) }) : start(show)
  const room = useRoom(project).data
  const needed = chosen.reduce((sum, file) => sum + file.size, 0)
  const left = room?.left ?? Infinity
  const full = needed > left
  const why = full ? t('room.too_much', { needed: bytes(needed), left: bytes(left) }) : !chosen.length ? t('choose_first') : show === NEW && !name.trim() ? t('name_first') : null
  return (
    <Dialog title={t('upload_clips')} act={t('upload_act', { count: chosen.length })} onClose={onClose} onAct={act}
      why={why} busy={save.isPending} error={save.error} wide>
      <FilePick onFiles={(more) => setChosen([...chosen, ...more])} />
      {chosen.length > 0 && (
        <ul className="s12 t2 chosen">
          {chosen.map((file, index) => (
            <li key={index} className="row"><span className="clip grow">{file.name}</span><span className="t3">{bytes(file.size)}</span></li>
          ))}
        </ul>
      )}
      <Select label={t('into_show')} value={show} onChange={(value) => setWish(value ?? '')} searchable={shows.length > 8}
        data={[...shows.map(({ id, name: label }) => ({ value: id, label })), { value: NEW, label: t('new_show') }]} />
      {show === NEW && (
        <TextInput label={t('show_name')} value={name} onChange={(event) => setName(event.currentTarget.value)} maxLength={200} required />
      )}
      {room && <Room room={room} full={full} />}
    </Dialog>
  )
}

const MINUTE_OF_FULL_HD = 1920 * 1080 * 25 * 60

/** How much fits, and what comes on top of the files themselves. */
function Room({ room, full }: { room: Schemas['Room']; full: boolean }) {
  const { t } = useTranslation('clips')
  const size = bytes(MINUTE_OF_FULL_HD * (room.bytes_per_pixel.jpeg ?? 0))
  const quota = room.quota === null ? '' : ` · ${t('room.quota', { used: bytes(room.used), quota: bytes(room.quota) })}`
  return <p className={`s12 ${full ? 'bad' : 't3'}`}>{room.left === null ? t('room.unbounded') : t('room.left', { left: bytes(room.left) })}{quota}. {t('room.frames', { size })}</p>
}
