import { SegmentedControl, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Show } from '../../api/queries'
import { Dialog } from '../../parts/Dialog'
import { useShowPapers } from './acts'

const EMPTY = { owner: '', licence: '', territory: '', starts: '', expires: '', document: '', note: '' }
type Field = keyof typeof EMPTY

/** A new line of the ledger. */
export function RightDialog({ show, onClose }: { show: Show; onClose: () => void }) {
  const { t } = useTranslation('show')
  const [fields, setFields] = useState({ ...EMPTY, licence: show.licence ?? '' })
  const [scope, setScope] = useState<'internal' | 'public'>('internal')
  const { enter } = useShowPapers(show.id)
  const text = (name: Field, type = 'text') => ({
    label: t(`col.${name}`),
    value: fields[name],
    type,
    onChange: (event: { currentTarget: { value: string } }) => setFields({ ...fields, [name]: event.currentTarget.value }),
  })
  const body = { ...fields, scope, starts: fields.starts || null, expires: fields.expires || null }
  const why = !fields.owner.trim() ? t('owner_first') : !fields.licence.trim() ? t('licence_first') : null
  return (
    <Dialog title={t('enter')} act={t('enter_act')} wide onClose={onClose} why={why} busy={enter.isPending} error={enter.error}
      onAct={() => enter.mutate(body, { onSuccess: onClose })}>
      <TextInput {...text('owner')} required maxLength={200} data-autofocus />
      <TextInput {...text('licence')} description={t('licence_why')} required maxLength={200} />
      <div className="col" style={{ gap: 4 }}>
        <span className="s12 b">{t('col.scope')}</span>
        <SegmentedControl value={scope} onChange={(value) => setScope(value as typeof scope)} aria-label={t('col.scope')}
          data={[{ value: 'internal', label: t('scope.internal') }, { value: 'public', label: t('scope.public') }]} />
      </div>
      <TextInput {...text('territory')} placeholder={t('worldwide')} maxLength={200} />
      <div className="row even">
        <TextInput {...text('starts', 'date')} />
        <TextInput {...text('expires', 'date')} />
      </div>
      <TextInput {...text('document')} description={t('document_why')} maxLength={300} />
      <Textarea {...text('note')} maxLength={2000} autosize minRows={2} />
    </Dialog>
  )
}
