import { TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, data, type Schemas } from '../../api/client'
import type { Show } from '../../api/queries'
import { Button } from '../../parts/Button'
import { Dialog } from '../../parts/Dialog'
import { Icon } from '../../parts/Icon'
import { When } from '../../parts/When'
import { WatchedFile } from './WatchedFile'

type Watch = Schemas['Watch']
const STATES = ['growing', 'queued', 'taken', 'known', 'refused'] as const

/** Places on the server, and buckets, whose files become clips of this show. */
export function WatchDialog({ show, onClose }: { show: Show; onClose: () => void }) {
  const { t } = useTranslation('clips')
  const client = useQueryClient()
  const key = ['watches', show.id]
  const path = { id: show.id }
  const asked = useQuery({ queryKey: key, queryFn: () => data(api.GET('/api/shows/{id}/watches', { params: { path } })), refetchInterval: 5_000 })
  const [place, setPlace] = useState('')
  const fresh = () => client.invalidateQueries({ queryKey: key })
  const begin = useMutation({
    mutationFn: () => data(api.POST('/api/shows/{id}/watches', { params: { path }, body: { place: place.trim() } })),
    onSuccess: () => {
      setPlace('')
      void fresh()
    },
  })
  const stop = useMutation({
    mutationFn: (watch: string) => api.DELETE('/api/shows/{id}/watches/{watch}', { params: { path: { ...path, watch } } }),
    onSuccess: fresh,
  })
  const roots = asked.data?.roots ?? []
  const why = !asked.data ? t('watch.loading') : !roots.length ? t('watch.no_roots') : !place.trim() ? t('watch.place_first') : null
  return (
    <Dialog title={t('watch.title', { name: show.name })} act={t('watch.begin')} wide onClose={onClose} onAct={() => begin.mutate()} why={why} busy={begin.isPending} error={asked.error ?? begin.error ?? stop.error}>
      <p className="t2">{t('watch.text')}</p>
      {asked.data?.watches.map((watch) => <Watched key={watch.id} show={show} watch={watch} onStop={() => stop.mutate(watch.id)} />)}
      {asked.data && !roots.length
        ? <p className="s12 warn"><Icon name="warn" /> {t('watch.no_roots')}</p>
        : <TextInput label={t('watch.place')} description={t('watch.place_why', { roots: roots.join(' · ') })} placeholder={roots[0]} value={place} maxLength={1000}
            onChange={(event) => setPlace(event.currentTarget.value)} />}
    </Dialog>
  )
}

function Watched({ show, watch, onStop }: { show: Show; watch: Watch; onStop: () => void }) {
  const { t } = useTranslation('clips')
  const counts = STATES.filter((state) => watch.counts[state]).map((state) => t(`watch.state.${state}`, { count: watch.counts[state] }))
  return (
    <section className="card watched" aria-label={watch.place}>
      <div className="row">
        <Icon name={watch.fault ? 'warn' : 'eye'} tone={watch.fault ? 'warn' : 't3'} />
        <span className="b grow clip" title={watch.place}>{watch.place}</span>
        <Button size="s" kind="bare" onClick={onStop}>{t('watch.stop')}</Button>
      </div>
      <p className="s12 t3">
        {watch.looked_at ? <>{t('watch.looked')} <When at={watch.looked_at} /></> : t('watch.not_looked')}
        {counts.length > 0 && ` · ${counts.join(' · ')}`}
      </p>
      {watch.fault && <p className="s12 warn">{watch.fault}</p>}
      {watch.files.length > 0 && (
        <ul className="s12 chosen">
          {watch.files.map((file) => <WatchedFile key={file.id} show={show} watch={watch} file={file} />)}
        </ul>
      )}
    </section>
  )
}
