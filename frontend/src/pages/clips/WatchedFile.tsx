import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { api, data, type Schemas } from '../../api/client'
import type { Show } from '../../api/queries'
import { Button } from '../../parts/Button'
import { useRefusal, useSentence } from '../../parts/Fault'
import { bytes } from '../../parts/format'
import { toast } from '../../parts/toasts'

interface WatchedFileProps {
  show: Show
  watch: Schemas['Watch']
  file: Schemas['WatchedFile']
}

/** A file of a watched place that is no clip of its own (yet), and why. */
export function WatchedFile({ show, watch, file }: WatchedFileProps) {
  const { t } = useTranslation('clips')
  return (
    <li className="row">
      <span className="clip grow" title={file.name}>{file.name}</span>
      <Standing file={file} />
      {file.clip && <Link to={`/clips/${file.clip}`}>{t(file.state === 'known' ? 'dock.open_existing' : 'dock.open')}</Link>}
      {file.state === 'known' && <Keep show={show} watch={watch} file={file} />}
    </li>
  )
}

function Standing({ file }: { file: Schemas['WatchedFile'] }) {
  const { t } = useTranslation('clips')
  const refusal = useRefusal()
  if (file.state === 'refused') return <span className="bad">{refusal(file.fault_code, file.fault)}</span>
  if (file.state === 'known') return <span className="warn">{t('watch.same')}</span>
  return <span className="t3">{t(`watch.file.${file.state as 'growing' | 'queued'}`)} · {bytes(file.size)}</span>
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
