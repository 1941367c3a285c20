import { NumberInput, Radio, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, data, type Schemas } from '../../api/client'
import { useRoom } from '../../api/queries'
import { useMe } from '../../api/session'
import { Dialog } from '../../parts/Dialog'
import { bytes } from '../../parts/format'

type Reading = Schemas['Reading']
const FULL_HD = 1920 * 1080

/** How clips that come from now on are read: one choice a project. */
export function ReadingDialog({ onClose }: { onClose: () => void }) {
  const project = useMe().data?.projects[0]?.id ?? ''
  const key = ['reading', project]
  const asked = useQuery({ queryKey: key, queryFn: () => data(api.GET('/api/projects/{id}/reading', { params: { path: { id: project } } })) })
  return asked.data ? <Choices project={project} reading={asked.data} onClose={onClose} /> : null
}

function Choices({ project, reading, onClose }: { project: string; reading: Reading; onClose: () => void }) {
  const { t } = useTranslation('clips')
  const client = useQueryClient()
  const room = useRoom(project).data
  const [wanted, setWanted] = useState(reading)
  const set = (more: Partial<Reading>) => setWanted({ ...wanted, ...more })
  const save = useMutation({
    mutationFn: () => data(api.PATCH('/api/projects/{id}/reading', { params: { path: { id: project } }, body: wanted })),
    onSuccess: (saved) => {
      client.setQueryData(['reading', project], saved)
      onClose()
    },
  })
  const cost = (kind: string) => (room ? ` · ${t('reading.cost', { size: bytes((room.bytes_per_pixel[kind] ?? 0) * FULL_HD) })}` : '')
  return (
    <Dialog title={t('reading.title')} act={t('reading.save')} wide onClose={onClose} busy={save.isPending} error={save.error} onAct={() => save.mutate()}>
      <p className="t2">{t('reading.text')}</p>
      <Radio.Group label={t('reading.frames')} value={wanted.frames} onChange={(value) => set({ frames: value as Reading['frames'] })}>
        {(['jpeg', 'jpeg444', 'png'] as const).map((kind) => <Radio key={kind} value={kind} mt={6} label={`${t(`reading.frame.${kind}`)}${cost(kind)}`} />)}
      </Radio.Group>
      {wanted.frames !== 'png' && (
        <NumberInput label={t('reading.quality')} min={1} max={100} clampBehavior="strict" value={wanted.quality} onChange={(value) => typeof value === 'number' && set({ quality: value })} />
      )}
      <Radio.Group label={t('reading.fields')} value={wanted.fields} onChange={(value) => set({ fields: value as Reading['fields'] })}>
        {(['refuse', 'bob', 'film'] as const).map((kind) => <Radio key={kind} value={kind} mt={6} label={t(`reading.field.${kind}`)} />)}
      </Radio.Group>
      <TextInput label={t('reading.picture_rate')} description={t('reading.picture_rate_why')} value={wanted.picture_rate ?? ''} maxLength={20}
        onChange={(event) => set({ picture_rate: event.currentTarget.value })} />
    </Dialog>
  )
}
