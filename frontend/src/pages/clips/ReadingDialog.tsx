import { NumberInput, Radio, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, ApiError, data, type Schemas } from '../../api/client'
import { useReading, useRoom } from '../../api/queries'
import { useMe } from '../../api/session'
import { Dialog } from '../../parts/Dialog'
import { bytes } from '../../parts/format'
import { Icon } from '../../parts/Icon'
import { ProjectSelect } from './ProjectSelect'
import { toSend, wrongFields, type Wanted, type WrongField } from './reading'

type Reading = Schemas['Reading']
const FULL_HD = 1920 * 1080

/** How clips that come from now on are read: one choice a project. */
export function ReadingDialog({ project: first, onClose }: { project?: string; onClose: () => void }) {
  const own = useMe().data?.projects[0]?.id ?? ''
  const [project, setProject] = useState(first ?? own)
  const reading = useReading(project).data
  return reading ? <Choices key={project} project={project} onProject={setProject} reading={reading} onClose={onClose} /> : null
}

interface ChoicesProps {
  project: string
  onProject: (project: string) => void
  reading: Reading
  onClose: () => void
}

function Choices({ project, onProject, reading, onClose }: ChoicesProps) {
  const { t } = useTranslation('clips')
  const [wanted, setWanted] = useState<Wanted>(reading)
  const set = (more: Partial<Wanted>) => setWanted((now) => ({ ...now, ...more }))
  const { save, refused } = useSave(project, onClose)
  const wrong = wrongFields(wanted)
  const fault = (name: WrongField) => (wrong.includes(name) || refused === name ? t(`reading.wrong.${name}`) : null)
  return (
    <Dialog title={t('reading.title')} act={t('reading.save')} wide onClose={onClose} busy={save.isPending} error={refused ? null : save.error}
      why={wrong[0] ? t(`reading.wrong.${wrong[0]}`) : null} onAct={() => save.mutate(toSend(wanted))}>
      <p className="t2">{t('reading.text')}</p>
      <ProjectSelect value={project} onChange={onProject} />
      <FrameFiles project={project} value={wanted.frames} onChange={(frames) => set({ frames })} />
      {wanted.frames !== 'png' && (
        <NumberInput label={t('reading.quality')} min={1} max={100} clampBehavior="none" value={wanted.quality} error={fault('quality')}
          onChange={(quality) => set({ quality })} />
      )}
      <Radio.Group label={t('reading.fields')} value={wanted.fields} onChange={(value) => set({ fields: value as Reading['fields'] })}>
        {(['refuse', 'bob', 'film'] as const).map((kind) => <Radio key={kind} value={kind} mt={6} label={t(`reading.field.${kind}`)} />)}
      </Radio.Group>
      <TextInput label={t('reading.picture_rate')} description={t('reading.picture_rate_why')} value={wanted.picture_rate ?? ''} maxLength={20}
        error={fault('picture_rate')} onChange={(event) => set({ picture_rate: event.currentTarget.value })} />
    </Dialog>
  )
}

/** `refused`: the field that the server found wrong. */
function useSave(project: string, onSaved: () => void) {
  const client = useQueryClient()
  const save = useMutation({
    mutationFn: (body: Reading) => data(api.PATCH('/api/projects/{id}/reading', { params: { path: { id: project } }, body })),
    onSuccess: (saved) => {
      client.setQueryData(['reading', project], saved)
      onSaved()
    },
  })
  const field = save.error instanceof ApiError && save.error.code === 'bad_reading' ? save.error.detail.field : null
  return { save, refused: field === 'quality' || field === 'picture_rate' ? field : null }
}

function FrameFiles({ project, value, onChange }: { project: string; value: Reading['frames']; onChange: (value: Reading['frames']) => void }) {
  const { t } = useTranslation('clips')
  const room = useRoom(project).data
  const cost = (kind: string) => (room ? ` · ${t('reading.cost', { size: bytes((room.bytes_per_pixel[kind] ?? 0) * FULL_HD) })}` : '')
  return (
    <>
      <Radio.Group label={t('reading.frames')} value={value} onChange={(kind) => onChange(kind as Reading['frames'])}>
        {(['jpeg', 'jpeg444', 'png'] as const).map((kind) => <Radio key={kind} value={kind} mt={6} label={`${t(`reading.frame.${kind}`)}${cost(kind)}`} />)}
      </Radio.Group>
      {value === 'png' && <p className="s12 warn row top"><Icon name="warn" />{t('reading.png_why')}</p>}
    </>
  )
}
