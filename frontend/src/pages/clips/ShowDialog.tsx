import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Show } from '../../api/queries'
import { useMe } from '../../api/session'
import { Dialog } from '../../parts/Dialog'
import { useShowActs } from './acts'
import { ProjectSelect } from './ProjectSelect'

/** A new show, or the fields of one that is there. */
export function ShowDialog({ show, onClose }: { show?: Show; onClose: () => void }) {
  const { t } = useTranslation('clips')
  const projects = useMe().data?.projects ?? []
  const [fields, setFields] = useState({
    project: show?.project ?? projects[0]?.id ?? '',
    name: show?.name ?? '',
    licence: show?.licence ?? '',
    attribution: show?.attribution ?? '',
  })
  const { save } = useShowActs()
  const set = (field: keyof typeof fields) => (event: { currentTarget: { value: string } }) =>
    setFields({ ...fields, [field]: event.currentTarget.value })
  return (
    <Dialog
      title={show ? t('edit_show', { name: show.name }) : t('new_show')}
      act={show ? t('save_show') : t('create_show')}
      onClose={onClose}
      onAct={() => save.mutate({ id: show?.id, body: fields }, { onSuccess: onClose })}
      why={fields.name.trim() ? null : t('name_first')}
      busy={save.isPending}
      error={save.error}
    >
      <TextInput label={t('show_name')} value={fields.name} onChange={set('name')} required maxLength={200} data-autofocus />
      <TextInput label={t('licence')} description={t('licence_why')} placeholder="CC BY 4.0" value={fields.licence} onChange={set('licence')} />
      <TextInput label={t('attribution')} description={t('attribution_why')} value={fields.attribution} onChange={set('attribution')} />
      {!show && <ProjectSelect value={fields.project} onChange={(project) => setFields({ ...fields, project })} />}
    </Dialog>
  )
}

export function DeleteShowDialog({ show, onClose }: { show: Show; onClose: () => void }) {
  const { t } = useTranslation('clips')
  const { remove } = useShowActs()
  return (
    <Dialog
      title={t('delete_show', { name: show.name })}
      act={t('delete_show_act', { count: show.clips })}
      onClose={onClose}
      onAct={() => remove.mutate(show, { onSuccess: onClose })}
      busy={remove.isPending}
      error={remove.error}
      destroys
    >
      <p className="t2">{t('delete_show_text')}</p>
    </Dialog>
  )
}
