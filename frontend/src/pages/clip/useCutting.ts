/** Changes of the cuts, each one step that can be undone. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, data, type Schemas } from '../../api/client'
import { useCuts, type CutChange } from '../../api/queries'
import { undoable } from './cutting'

export function useCutting(clip: string) {
  const client = useQueryClient()
  const latest = undoable(useCuts(clip, true).data ?? [])
  const path = { id: clip }
  const fresh = (shots: Schemas['Shot'][]) => {
    client.setQueryData(['clip', clip, 'shots'], shots)
    for (const key of [['clip', clip], ['clips'], ['tasks']]) void client.invalidateQueries({ queryKey: key })
  }
  const change = useMutation({
    mutationFn: (body: Schemas['CutRequest']) => data(api.POST('/api/clips/{id}/cuts', { params: { path }, body })),
    onSuccess: ({ shots }) => fresh(shots),
  })
  const undo = useMutation({
    mutationFn: ({ id }: CutChange) =>
      data(api.POST('/api/clips/{id}/cuts/{change}/undo', { params: { path: { ...path, change: id } } })),
    onSuccess: ({ shots }) => fresh(shots),
  })
  return { change, undo, latest, error: change.error ?? undo.error, busy: change.isPending || undo.isPending }
}
