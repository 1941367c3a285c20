import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client'
import type { Clip } from '../../api/queries'
import { Button } from '../../parts/Button'
import { Dialog } from '../../parts/Dialog'
import { useSentence } from '../../parts/Fault'
import { toast } from '../../parts/toasts'
import { useFresh } from './acts'
import { useChosen } from './choosing'

/** What to do with each, and how it is told of when it is done. */
interface Act {
  said: 'deleted' | 'restored' | 'queued'
  run: (path: { id: string }) => Promise<unknown>
}

/** What can be done with all ticked clips at once; each is asked for by itself, so one refusal stops no other. */
export function BulkBar({ clips, deleted }: { clips: readonly Clip[]; deleted: boolean }) {
  const { t } = useTranslation('clips')
  const chosen = useChosen()
  const [asking, setAsking] = useState(false)
  const act = useBulk()
  const own = clips.filter(({ id }) => chosen.ids.has(id))
  if (!own.length) return null
  const ready = own.filter((clip) => clip.state === 'ready' && !clip.job)
  const remove: Act = { said: 'deleted', run: (path) => api.DELETE('/api/clips/{id}', { params: { path } }) }
  const restore: Act = { said: 'restored', run: (path) => data(api.POST('/api/clips/{id}/restore', { params: { path } })) }
  const prelabel: Act = { said: 'queued', run: (path) => data(api.POST('/api/clips/{id}/prelabel', { params: { path } })) }
  return (
    <div className="bulk row" role="toolbar" aria-label={t('chosen', { count: own.length })}>
      <b>{t('chosen', { count: own.length })}</b>
      <Button kind="bare" size="s" onClick={() => chosen.set(new Set())}>{t('choose_none')}</Button>
      <span className="grow" />
      {deleted
        ? <Button icon="undo" needs="lead" onClick={() => act.mutate({ clips: own, act: restore })}>{t('bulk.restore')}</Button>
        : <>
            <Button icon="retry" needs="annotator" why={ready.length ? null : t('bulk.nothing')} onClick={() => act.mutate({ clips: ready, act: prelabel })}>{t('bulk.prelabel')}</Button>
            <Button icon="trash" kind="dang" needs="lead" onClick={() => setAsking(true)}>{t('bulk.delete')}</Button>
          </>}
      {asking && (
        <Dialog title={t('bulk.delete_title', { count: own.length })} act={t('bulk.delete_act', { count: own.length })} destroys busy={act.isPending}
          onClose={() => setAsking(false)} onAct={() => act.mutate({ clips: own, act: remove, back: restore }, { onSuccess: () => setAsking(false) })}>
          <p className="t2">{t('bulk.delete_text')}</p>
        </Dialog>
      )}
    </div>
  )
}

function useBulk() {
  const { t } = useTranslation('clips')
  const fresh = useFresh()
  const sentence = useSentence()
  const chosen = useChosen()
  const bulk = useMutation({
    mutationFn: async ({ clips, act }: { clips: readonly Clip[]; act: Act; back?: Act }) => {
      const outcomes = await Promise.allSettled(clips.map(({ id }) => act.run({ id })))
      return outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => reason as unknown)
    },
    onSuccess: (failed, { clips, act, back }) => {
      fresh()
      chosen.set(new Set())
      if (failed.length) toast(t('bulk.some_failed', { failed: failed.length, all: clips.length, reason: sentence(failed[0]) }))
      else toast(t(`bulk.done.${act.said}`, { count: clips.length }), back && { label: t('undo'), run: () => bulk.mutate({ clips, act: back }) })
    },
  })
  return bulk
}
