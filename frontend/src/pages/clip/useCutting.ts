/** Changes of the cuts, each one step that can be undone. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, data, type Schemas } from '../../api/client'
import { useCuts, type CutChange } from '../../api/queries'
import { useMe } from '../../api/session'
import { undoable } from './cutting'

export function useCutting(clip: string) {
  const client = useQueryClient()
  const key = ['clip', clip, 'cuts']
  const latest = undoable(useCuts(clip, true).data ?? [])
  // Written into the list at once: whoever presses undo twice means two different steps.
  const note = (change: (steps: CutChange[]) => CutChange[]) =>
    client.setQueryData<CutChange[]>(key, (steps) => change(steps ?? []))
  const path = { id: clip }
  const me = { id: useMe().data?.id ?? '', name: useMe().data?.name ?? '' }
  const fresh = (shots: Schemas['Shot'][]) => {
    client.setQueryData(['clip', clip, 'shots'], shots)
    for (const key of [['clip', clip], ['clips'], ['tasks']]) void client.invalidateQueries({ queryKey: key })
  }
  const change = useMutation({
    mutationFn: (body: Schemas['CutRequest']) => data(api.POST('/api/clips/{id}/cuts', { params: { path }, body })),
    onSuccess: ({ shots, change: id }, { op, at, to }) => {
      note((steps) => [{ id, op, at, to, by: me, created_at: new Date().toISOString(), undone_at: null }, ...steps])
      fresh(shots)
    },
  })
  const undo = useMutation({
    mutationFn: ({ id }: CutChange) =>
      data(api.POST('/api/clips/{id}/cuts/{change}/undo', { params: { path: { ...path, change: id } } })),
    onSuccess: ({ shots }, { id }) => {
      note((steps) => steps.map((step) => (step.id === id ? { ...step, undone_at: new Date().toISOString() } : step)))
      fresh(shots)
    },
  })
  return { change, undo, latest, error: change.error ?? undo.error, busy: change.isPending || undo.isPending }
}
