import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useJob, useShows, type Clip } from '../../api/queries'
import { Button } from '../../parts/Button'
import { RetryDialog } from '../jobs/RetryDialog'
import { isMendable, isReadingsMatter } from './mending'
import { ReadingDialog } from './ReadingDialog'

/** What can be done about a clip that was not decoded, other than sending another file. */
export function FailedActs({ clip, size }: { clip: Clip; size?: 's' }) {
  const { t } = useTranslation('clips')
  const [open, setOpen] = useState<'retry' | 'reading' | null>(null)
  const project = useShows().data?.find(({ id }) => id === clip.show)?.project
  const { code = '', job: failed = null } = clip.fault ?? {}
  const job = useJob(failed ?? '', open === 'retry' && failed !== null).data
  const close = () => setOpen(null)
  if (!failed || !isMendable(code)) return null
  return (
    <>
      {isReadingsMatter(code) && <Button size={size} icon="gear" needs="lead" onClick={() => setOpen('reading')}>{t('reading.title')}</Button>}
      <Button size={size} icon="retry" needs="annotator" onClick={() => setOpen('retry')}>{t('try_again')}</Button>
      {open === 'reading' && <ReadingDialog project={project} onClose={close} />}
      {open === 'retry' && job && <RetryDialog job={job} onClose={close} />}
    </>
  )
}
