import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { feed } from '../../api/activity'
import { api, data, type Schemas } from '../../api/client'
import type { Release } from '../../api/queries'
import { useSentence } from '../../parts/Fault'
import { toast } from '../../parts/toasts'

export function useReleaseActs() {
  const { t } = useTranslation('releases')
  const client = useQueryClient()
  const sentence = useSentence()
  const fresh = () => {
    for (const key of ['releases', 'home']) void client.invalidateQueries({ queryKey: [key] })
    feed.wake()
  }
  const restore = useMutation({
    mutationFn: ({ id }: Release) => data(api.POST('/api/releases/{id}/restore', { params: { path: { id } } })),
    onSuccess: fresh,
    onError: (error) => toast(sentence(error)),
  })
  const remove = useMutation({
    mutationFn: ({ id }: Release) => api.DELETE('/api/releases/{id}', { params: { path: { id } } }),
    onSuccess: (_, release) => {
      fresh()
      toast(t('put_away', { name: `${release.name} ${release.version}` }), { label: t('undo'), run: () => restore.mutate(release) })
    },
  })
  const make = useMutation({
    mutationFn: (body: Schemas['NewReleaseRequest']) => data(api.POST('/api/releases', { body })),
    onSuccess: fresh,
  })
  return { restore, remove, make }
}
