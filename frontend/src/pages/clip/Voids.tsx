import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, data, type Schemas } from '../../api/client'
import { useSurvey, type Clip } from '../../api/queries'
import { Button } from '../../parts/Button'
import { Fault } from '../../parts/Fault'
import { aspect, thumbUrl } from '../../parts/Filmstrip'
import { range } from '../../parts/format'
import { toast } from '../../parts/toasts'
import { rectangle } from './noticing'
import { VoidDialog } from './VoidDialog'
import { VoidMark } from './VoidMark'

type VoidArea = Schemas['VoidArea']

/** The areas of a clip in which nobody is judged: taken away, or drawn where the survey saw nothing. */
export function Voids({ clip }: { clip: Clip }) {
  const { t } = useTranslation('clip')
  const [drawing, setDrawing] = useState(false)
  const voids = useSurvey(clip.id).data?.voids
  const { add, remove } = useVoidActs(clip)
  if (!voids) return null
  return (
    <section className="card" aria-label={t('voids.title')}>
      <header>
        <h2>{t('voids.title')}</h2>
        <span className="s12 t3 grow">{t('voids.why')}</span>
        <Button size="s" icon="plus" needs="annotator" onClick={() => setDrawing(true)}>{t('voids.draw')}</Button>
      </header>
      <div className="pad col">
        {voids.length === 0 && <p className="s12 t2">{t('voids.none')}</p>}
        <ul className="col plain">
          {voids.map((area) => <One key={area.id} clip={clip} area={area} busy={remove.isPending} onRemove={() => remove.mutate(area)} />)}
        </ul>
        {remove.error && <Fault error={remove.error} />}
      </div>
      {drawing && (
        <VoidDialog clip={clip} onClose={() => setDrawing(false)} busy={add.isPending} error={add.error}
          onDraw={(area) => add.mutate(area, { onSuccess: () => setDrawing(false) })} />
      )}
    </section>
  )
}

function useVoidActs(clip: Clip) {
  const { t } = useTranslation('clip')
  const client = useQueryClient()
  const again = () => client.invalidateQueries({ queryKey: ['clip', clip.id, 'survey'] })
  const path = { id: clip.id }
  const add = useMutation({
    mutationFn: (body: Schemas['VoidAreaRequest']) => data(api.POST('/api/clips/{id}/voids', { params: { path }, body })),
    onSuccess: again,
  })
  const remove = useMutation({
    mutationFn: (area: VoidArea) => data(api.DELETE('/api/clips/{id}/voids/{area}', { params: { path: { ...path, area: area.id } } })),
    onSuccess: (_, area) => {
      toast(t('voids.removed'), { label: t('cuts.undo'), run: () => add.mutate(area) })
      return again()
    },
  })
  return { add, remove }
}

function One({ clip, area, busy, onRemove }: { clip: Clip; area: VoidArea; busy: boolean; onRemove: () => void }) {
  const { t } = useTranslation('clip')
  const middle = Math.floor((area.first + area.last) / 2)
  return (
    <li className="noticed">
      <div className="frame" style={{ aspectRatio: aspect(clip), backgroundImage: `url(${thumbUrl(clip.id, middle)})` }}>
        <VoidMark area={rectangle(area, clip)} />
      </div>
      <div className="row">
        <span className="grow"><b>{t(`noticed.kind.${area.kind}`)}</b> <span className="s12 t3">{t('frames', { range: range(area.first, area.last) })}</span></span>
        <Button size="s" kind="bare" icon="trash" needs="annotator" label={t('voids.remove')} why={busy ? t('cuts.working') : null} onClick={onRemove} />
      </div>
    </li>
  )
}
