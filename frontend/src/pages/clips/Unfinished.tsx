import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api, data, type Schemas } from '../../api/client'
import { Button } from '../../parts/Button'
import { Fault } from '../../parts/Fault'
import { bytes, percent } from '../../parts/format'
import { Icon } from '../../parts/Icon'
import { When } from '../../parts/When'
import { isEnded } from './uploadRows'
import { useUploads } from './uploads'

type Upload = Schemas['Upload']
const KEY = ['uploads']

/** Files that an earlier visit did not finish: the browser forgets a file with its page, the server keeps what came. */
export function Unfinished() {
  const { t } = useTranslation('clips')
  const busy = useUploads().some((row) => !isEnded(row))
  const asked = useQuery({ queryKey: KEY, queryFn: () => data(api.GET('/api/uploads')), enabled: !busy })
  const left = asked.data?.filter((upload) => !upload.clip && !upload.fault && !upload.cancelled_at && upload.offset > 0) ?? []
  if (busy || !left.length) return null
  return (
    <section className="updock" aria-label={t('unfinished.title')}>
      <div className="row dock-head">
        <Icon name="cloud" tone="t2" />
        <b>{t('unfinished.title')}</b>
        <span className="s12 t3">{t('unfinished.how')}</span>
      </div>
      {left.map((upload) => <One key={upload.id} upload={upload} />)}
    </section>
  )
}

function One({ upload }: { upload: Upload }) {
  const { t } = useTranslation('clips')
  const client = useQueryClient()
  const discard = useMutation({
    mutationFn: () => api.DELETE('/api/uploads/{id}', { params: { path: { id: upload.id }, header: { 'Tus-Resumable': '1.0.0' } } }),
    onSuccess: () => client.invalidateQueries({ queryKey: KEY }),
  })
  return (
    <div className="uprow">
      <span className="t3"><Icon name="pause" /></span>
      <b className="clip" title={upload.source_name}>{upload.source_name}</b>
      <span className="t2">{t('unfinished.here', { here: bytes(upload.offset), size: bytes(upload.length), share: percent(upload.offset / upload.length) })}</span>
      <span className="t3"><When at={upload.touched_at} /></span>
      <span />
      <span className="row tight acts">
        <Button kind="bare" size="s" icon="trash" label={t('unfinished.discard', { name: upload.source_name })} onClick={() => discard.mutate()} />
      </span>
      {discard.error && <Fault error={discard.error} />}
    </div>
  )
}
