import { TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, data, type Schemas } from '../../api/client'
import type { Show } from '../../api/queries'
import { Dialog } from '../../parts/Dialog'
import { Icon } from '../../parts/Icon'
import { WatchedPlace } from './WatchedPlace'

type Watch = Schemas['Watch']

/** Places on the server, and buckets, whose files become clips of this show. */
export function WatchDialog({ show, onClose }: { show: Show; onClose: () => void }) {
  const { t } = useTranslation('clips')
  const path = { id: show.id }
  const asked = useQuery({ queryKey: ['watches', show.id], queryFn: () => data(api.GET('/api/shows/{id}/watches', { params: { path } })), refetchInterval: 5_000 })
  const [place, setPlace] = useState('')
  const [stopping, setStopping] = useState<Watch | null>(null)
  const fresh = useFreshWatches(show)
  const begin = useMutation({
    mutationFn: () => data(api.POST('/api/shows/{id}/watches', { params: { path }, body: { place: place.trim() } })),
    onSuccess: () => {
      setPlace('')
      fresh()
    },
  })
  const roots = asked.data?.roots ?? []
  const why = !asked.data ? t('watch.loading') : !roots.length ? t('watch.no_roots') : !place.trim() ? t('watch.place_first') : null
  if (stopping) return <StopDialog show={show} watch={stopping} onClose={() => setStopping(null)} />
  return (
    <Dialog title={t('watch.title', { name: show.name })} act={t('watch.begin')} wide onClose={onClose} onAct={() => begin.mutate()} why={why} busy={begin.isPending} error={asked.error ?? begin.error}>
      <p className="t2">{t('watch.text')}</p>
      {asked.data?.watches.map((watch) => <WatchedPlace key={watch.id} show={show} watch={watch} onStop={() => setStopping(watch)} />)}
      {asked.data && !roots.length
        ? <p className="s12 warn"><Icon name="warn" /> {t('watch.no_roots')}</p>
        : <TextInput label={t('watch.place')} description={t('watch.place_why', { roots: roots.join(' · ') })} placeholder={roots[0]} value={place} maxLength={1000}
            onChange={(event) => setPlace(event.currentTarget.value)} />}
    </Dialog>
  )
}

/** Asks once; it stands in the place of the other dialog, so that Esc closes only this one. */
function StopDialog({ show, watch, onClose }: { show: Show; watch: Watch; onClose: () => void }) {
  const { t } = useTranslation('clips')
  const fresh = useFreshWatches(show)
  const stop = useMutation({
    mutationFn: () => api.DELETE('/api/shows/{id}/watches/{watch}', { params: { path: { id: show.id, watch: watch.id } } }),
    onSuccess: () => {
      fresh()
      onClose()
    },
  })
  return (
    <Dialog title={t('watch.stop_title')} act={t('watch.stop')} onClose={onClose} onAct={() => stop.mutate()} busy={stop.isPending} error={stop.error} destroys>
      <p className="b anywhere">{watch.place}</p>
      <p className="t2">{t('watch.stop_text')}</p>
    </Dialog>
  )
}

function useFreshWatches(show: Show): () => void {
  const client = useQueryClient()
  return () => {
    for (const key of [['watches', show.id], ['shows']]) void client.invalidateQueries({ queryKey: key })
  }
}
