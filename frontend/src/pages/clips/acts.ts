/** Changes of shows and clips, each followed by fresh lists; putting away can be undone from the note. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { feed } from '../../api/activity'
import { api, data, type Schemas } from '../../api/client'
import type { Clip, Show } from '../../api/queries'
import { useSentence } from '../../parts/Fault'
import { toast } from '../../parts/toasts'
import { keepLastShow } from './lastShow'

const LISTS = ['shows', 'clips', 'clip', 'home', 'tasks', 'room']

export function useFresh(): () => void {
  const client = useQueryClient()
  return () => {
    for (const key of LISTS) void client.invalidateQueries({ queryKey: [key] })
    feed.wake()
  }
}

export function useShowActs() {
  const { t } = useTranslation('clips')
  const fresh = useFresh()
  const sentence = useSentence()
  const restore = useMutation({
    mutationFn: ({ id }: Show) => data(api.POST('/api/shows/{id}/restore', { params: { path: { id } } })),
    onSuccess: fresh,
    onError: (error) => toast(sentence(error)),
  })
  const save = useMutation({
    mutationFn: ({ id, body }: { id?: string; body: Schemas['ShowRequest'] }) =>
      id
        ? data(api.PATCH('/api/shows/{id}', { params: { path: { id } }, body }))
        : data(api.POST('/api/shows', { body })),
    onSuccess: (show, { id }) => {
      if (!id) keepLastShow(show.id)
      fresh()
    },
  })
  const remove = useMutation({
    mutationFn: ({ id }: Show) => api.DELETE('/api/shows/{id}', { params: { path: { id } } }),
    onSuccess: (_, show) => {
      fresh()
      toast(t('put_away', { name: show.name }), { label: t('undo'), run: () => restore.mutate(show) })
    },
  })
  return { save, remove, restore }
}

export function useClipActs() {
  const { t } = useTranslation('clips')
  const fresh = useFresh()
  const sentence = useSentence()
  const restore = useMutation({
    mutationFn: ({ id }: Clip) => data(api.POST('/api/clips/{id}/restore', { params: { path: { id } } })),
    onSuccess: fresh,
    onError: (error) => toast(sentence(error)),
  })
  const rename = useMutation({
    mutationFn: ({ id, name }: { id: string; name: string }) =>
      data(api.PATCH('/api/clips/{id}', { params: { path: { id } }, body: { name } })),
    onSuccess: fresh,
  })
  const remove = useMutation({
    mutationFn: ({ id }: Clip) => api.DELETE('/api/clips/{id}', { params: { path: { id } } }),
    onSuccess: (_, clip) => {
      fresh()
      toast(t('put_away', { name: clip.name }), { label: t('undo'), run: () => restore.mutate(clip) })
    },
  })
  const prelabel = useMutation({
    mutationFn: ({ id }: Clip) => data(api.POST('/api/clips/{id}/prelabel', { params: { path: { id } } })),
    onSuccess: () => {
      fresh()
      toast(t('prelabel_queued'))
    },
  })
  return { restore, rename, remove, prelabel }
}
