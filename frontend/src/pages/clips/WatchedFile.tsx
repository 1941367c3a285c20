import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { api, data, type Schemas } from '../../api/client'
import type { Show } from '../../api/queries'
import { Button } from '../../parts/Button'
import { useRefusal, useSentence } from '../../parts/Fault'
import { bytes } from '../../parts/format'
import { Middle } from '../../parts/Middle'
import { toast } from '../../parts/toasts'
import { ends } from './watching'

interface WatchedFileProps {
  show: Show
  watch: Schemas['Watch']
  file: Schemas['WatchedFile']
}

/** A file of a watched place that is no good clip of its own (yet): its name, then why and what to do. */
export function WatchedFile({ show, watch, file }: WatchedFileProps) {
  const { t } = useTranslation('clips')
  return (
    <li className="watched-file">
      <Middle ends={ends(file.name)} />
      <div className="row">
        <Standing file={file} />
        <span className="row tight push-right">
          {file.clip && <Link className="nowrap" to={`/clips/${file.clip}`}>{t(file.state === 'known' ? 'dock.open_existing' : 'dock.open')}</Link>}
          {file.state === 'known' && <Keep show={show} watch={watch} file={file} />}
        </span>
      </div>
    </li>
  )
}

function Standing({ file }: { file: Schemas['WatchedFile'] }) {
  const { t } = useTranslation('clips')
  const refusal = useRefusal()
  if (file.state === 'refused' || file.state === 'failed') return <span className="bad">{refusal(file.fault_code, file.fault)}</span>
  if (file.state === 'known') return <span className="warn">{t('watch.same')}</span>
  return <span className="t3">{t(`watch.file.${file.state as 'growing' | 'queued' | 'before'}`)} · {bytes(file.size)}</span>
}

function Keep({ show, watch, file }: WatchedFileProps) {
  const { t } = useTranslation('clips')
  const client = useQueryClient()
  const sentence = useSentence()
  const keep = useMutation({
    mutationFn: () => data(api.POST('/api/shows/{id}/watches/{watch}/files/{file}/keep', { params: { path: { id: show.id, watch: watch.id, file: file.id } } })),
    onError: (error) => toast(sentence(error)),
    onSuccess: () => {
      for (const key of [['watches', show.id], ['clips']]) void client.invalidateQueries({ queryKey: key })
    },
  })
  return <Button size="s" icon="link" needs="lead" label={t('dock.keep_why')} why={keep.isPending ? t('common:working') : null} onClick={() => keep.mutate()}>{t('dock.keep')}</Button>
}
