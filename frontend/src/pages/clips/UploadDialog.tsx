import { Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useRoom, useShows } from '../../api/queries'
import { useMe } from '../../api/session'
import { Button } from '../../parts/Button'
import { Dialog } from '../../parts/Dialog'
import { bytes } from '../../parts/format'
import { FilePick } from './FilePick'
import { useShowActs } from './acts'
import { keepLastShow, lastShow } from './lastShow'
import { ProjectSelect } from './ProjectSelect'
import { RoomLines } from './Room'
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
  const own = useMe().data?.projects[0]?.id ?? ''
  const [wanted, setWanted] = useState('')
  const fresh = wanted || own
  const project = shows.find(({ id }) => id === show)?.project ?? fresh
  const { save } = useShowActs()
  const start = (id: string) => {
    keepLastShow(id)
    upload(id, chosen)
    onClose()
  }
  const act = () =>
    show === NEW ? save.mutate({ body: { project: fresh, name } }, { onSuccess: ({ id }) => start(id) }) : start(show)
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
            <li key={index} className="row">
              <span className="clip grow" title={file.name}>{file.name}</span>
              <span className="t3">{bytes(file.size)}</span>
              <Button size="s" kind="bare" icon="x" label={t('leave_out', { name: file.name })} onClick={() => setChosen(chosen.filter((one) => one !== file))} />
            </li>
          ))}
        </ul>
      )}
      <Select label={t('into_show')} value={show} onChange={(value) => setWish(value ?? '')} searchable={shows.length > 8}
        data={[...shows.map(({ id, name: label }) => ({ value: id, label })), { value: NEW, label: t('new_show') }]} />
      {show === NEW && (
        <>
          <TextInput label={t('show_name')} value={name} onChange={(event) => setName(event.currentTarget.value)} maxLength={200} required />
          <ProjectSelect value={fresh} onChange={setWanted} />
        </>
      )}
      <RoomLines project={project} full={full} />
    </Dialog>
  )
}
