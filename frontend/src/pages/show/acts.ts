/** Changes of a show's papers, each followed by fresh ones. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, data, type Schemas } from '../../api/client'

export function useShowPapers(id: string) {
  const client = useQueryClient()
  const onSuccess = () => {
    for (const key of [['show', id], ['shows'], ['releases', 'preview']]) void client.invalidateQueries({ queryKey: key })
  }
  const enter = useMutation({
    mutationFn: (body: Schemas['RightRequest']) => data(api.POST('/api/shows/{id}/rights', { params: { path: { id } }, body })),
    onSuccess,
  })
  const withdraw = useMutation({
    mutationFn: ({ right, reason }: { right: string; reason: string }) =>
      data(api.POST('/api/shows/{id}/rights/{right}/withdraw', { params: { path: { id, right } }, body: { reason } })),
    onSuccess,
  })
  const saveCast = useMutation({
    mutationFn: ({ id: cast, body }: { id?: string; body: Schemas['CastRequest'] }) =>
      cast
        ? data(api.PATCH('/api/shows/{id}/cast/{cast}', { params: { path: { id, cast } }, body }))
        : data(api.POST('/api/shows/{id}/cast', { params: { path: { id } }, body })),
    onSuccess,
  })
  const removeCast = useMutation({
    mutationFn: (cast: string) => api.DELETE('/api/shows/{id}/cast/{cast}', { params: { path: { id, cast } } }),
    onSuccess,
  })
  return { enter, withdraw, saveCast, removeCast }
}
