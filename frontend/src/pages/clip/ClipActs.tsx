import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import type { Clip } from '../../api/queries'
import { Button } from '../../parts/Button'
import { Dialog } from '../../parts/Dialog'
import { useClipActs } from '../clips/acts'
import { useOpenJob } from '../clips/ClipRow'

export function ClipActs({ clip }: { clip: Clip }) {
  const { t } = useTranslation('clip')
  const [open, setOpen] = useState<'rename' | 'prelabel' | 'delete' | null>(null)
  const job = useOpenJob(clip.id)
  const close = () => setOpen(null)
  if (clip.deleted_at) return null
  const why = clip.state !== 'ready' ? t('not_decoded') : job ? t('job_runs') : null
  return (
    <>
      <Button kind="bare" icon="pen" needs="annotator" label={t('rename')} onClick={() => setOpen('rename')} />
      <Button kind="bare" icon="trash" needs="lead" label={t('delete')} onClick={() => setOpen('delete')} />
      <Button icon="retry" needs="annotator" why={why} onClick={() => setOpen('prelabel')}>{t('prelabel_again')}</Button>
      {open === 'rename' && <Rename clip={clip} onClose={close} />}
      {open === 'prelabel' && <Prelabel clip={clip} onClose={close} />}
      {open === 'delete' && <Delete clip={clip} onClose={close} />}
    </>
  )
}

interface Acting {
  clip: Clip
  onClose: () => void
}

function Rename({ clip, onClose }: Acting) {
  const { t } = useTranslation('clip')
  const [name, setName] = useState(clip.name)
  const { rename } = useClipActs()
  return (
    <Dialog title={t('rename')} act={t('rename_act')} onClose={onClose} why={name.trim() ? null : t('name_first')}
      busy={rename.isPending} error={rename.error}
      onAct={() => rename.mutate({ id: clip.id, name: name.trim() }, { onSuccess: onClose })}>
      <TextInput label={t('name')} value={name} maxLength={200} data-autofocus onChange={(event) => setName(event.currentTarget.value)} />
    </Dialog>
  )
}

function Prelabel({ clip, onClose }: Acting) {
  const { t } = useTranslation('clip')
  const { prelabel } = useClipActs()
  return (
    <Dialog title={t('prelabel_again')} act={t('prelabel_act', { count: clip.shots })} onClose={onClose}
      busy={prelabel.isPending} error={prelabel.error} onAct={() => prelabel.mutate(clip, { onSuccess: onClose })}>
      <p className="t2">{t('prelabel_text')}</p>
    </Dialog>
  )
}

function Delete({ clip, onClose }: Acting) {
  const { t } = useTranslation('clip')
  const { remove } = useClipActs()
  const navigate = useNavigate()
  const done = () => {
    onClose()
    void navigate('/clips')
  }
  return (
    <Dialog title={t('delete_title', { name: clip.name })} act={t('delete_act', { name: clip.name })} onClose={onClose} destroys
      busy={remove.isPending} error={remove.error} onAct={() => remove.mutate(clip, { onSuccess: done })}>
      <p className="t2">{t('delete_text')}</p>
    </Dialog>
  )
}
