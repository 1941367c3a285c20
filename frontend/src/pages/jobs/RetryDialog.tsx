import { TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { feed, type Job } from '../../api/activity'
import { api, data } from '../../api/client'
import { Dialog } from '../../parts/Dialog'
import { useJobWords } from '../../parts/jobs'

/** Try again, with a reason that stands in the job for whoever looks later. */
export function RetryDialog({ job, onClose }: { job: Job; onClose: () => void }) {
  const { t } = useTranslation('jobs')
  const words = useJobWords()
  const client = useQueryClient()
  const [reason, setReason] = useState('')
  const retry = useMutation({
    mutationFn: () => data(api.POST('/api/jobs/{id}/retry', { params: { path: { id: job.id } }, body: { reason: reason.trim() } })),
    onSuccess: () => {
      feed.wake()
      void client.invalidateQueries({ queryKey: ['jobs'] })
      onClose()
    },
  })
  return (
    <Dialog title={t('retry_title', { title: words.title(job) })} act={t('retry')} onClose={onClose} onAct={() => retry.mutate()}
      busy={retry.isPending} error={retry.error}>
      <p className="t2">{t('retry_text')}</p>
      <TextInput label={t('reason')} description={t('reason_why')} value={reason} maxLength={500} data-autofocus
        onChange={(event) => setReason(event.currentTarget.value)} />
    </Dialog>
  )
}
