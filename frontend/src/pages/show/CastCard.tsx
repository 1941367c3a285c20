import { Checkbox, MultiSelect, Select, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Schemas } from '../../api/client'
import { useClips, type Show } from '../../api/queries'
import { useLanguage } from '../../i18n'
import { Button } from '../../parts/Button'
import { Dialog } from '../../parts/Dialog'
import { day } from '../../parts/format'
import { useShowPapers } from './acts'

type Cast = Schemas['Cast']
const TONES = { given: 'ok', unknown: '', refused: 'bad' } as const

/** The people of a show, each with what they agreed to. */
export function CastCard({ show, cast }: { show: Show; cast: readonly Cast[] }) {
  const { t } = useTranslation('show')
  const [open, setOpen] = useState<Cast | 'new' | null>(null)
  return (
    <section className="card" aria-label={t('cast')}>
      <header>
        <h2>{t('cast')}</h2>
        <span className="s12 t3 grow">{t('cast_why')}</span>
        <Button size="s" icon="plus" needs="lead" onClick={() => setOpen('new')}>{t('add_cast')}</Button>
      </header>
      <div className="pad">
        {cast.length === 0
          ? <p className="t2">{t('no_cast')}</p>
          : <table className="tasktable">
              <thead><tr><th>{t('col.name')}</th><th>{t('col.consent')}</th><th>{t('col.appears')}</th><th>{t('col.note')}</th><th /></tr></thead>
              <tbody>{cast.map((one) => <Person key={one.id} show={show} cast={one} onEdit={() => setOpen(one)} />)}</tbody>
            </table>}
      </div>
      {open && <CastDialog show={show} cast={open === 'new' ? null : open} onClose={() => setOpen(null)} />}
    </section>
  )
}

function Person({ show, cast, onEdit }: { show: Show; cast: Cast; onEdit: () => void }) {
  const { t } = useTranslation('show')
  const language = useLanguage()
  const { removeCast } = useShowPapers(show.id)
  const [asking, setAsking] = useState(false)
  const consent = cast.consent ?? 'unknown'
  return (
    <tr>
      <td className="b">{cast.name}{cast.minor && <span className="chip warn">{t('minor')}</span>}</td>
      <td>
        <span className={`chip ${TONES[consent]}`}>{t(`consent.${consent}`)}</span>{' '}
        {cast.consent_until && <span className="s12 t2">{t('until', { day: day(cast.consent_until, language) })}</span>}
        {cast.minor && <div className={`s12 ${cast.guardian ? 't2' : 'bad'}`}>{cast.guardian ? t('guardian_said', { name: cast.guardian }) : t('guardian_missing')}</div>}
      </td>
      <td className="s12">{cast.clips?.length ? t('in_clips', { count: cast.clips.length }) : t('anywhere')}</td>
      <td className="s12 t2 pre-line">{cast.consent_note}</td>
      <td className="r nowrap">
        <Button kind="bare" size="s" icon="pen" needs="lead" label={t('edit_cast', { name: cast.name })} onClick={onEdit} />
        <Button kind="bare" size="s" icon="trash" needs="lead" label={t('remove_cast', { name: cast.name })} onClick={() => setAsking(true)} />
        {asking && (
          <Dialog title={t('remove_cast', { name: cast.name })} act={t('remove_cast', { name: cast.name })} destroys onClose={() => setAsking(false)}
            busy={removeCast.isPending} error={removeCast.error} onAct={() => removeCast.mutate(cast.id, { onSuccess: () => setAsking(false) })}>
            <p className="t2">{t('remove_cast_text')}</p>
          </Dialog>
        )}
      </td>
    </tr>
  )
}

function CastDialog({ show, cast, onClose }: { show: Show; cast: Cast | null; onClose: () => void }) {
  const { t } = useTranslation('show')
  const clips = useClips().data?.filter((clip) => clip.show === show.id) ?? []
  const { saveCast } = useShowPapers(show.id)
  const [said, setSaid] = useState<Schemas['CastRequest']>(cast ?? { name: '', clips: [], consent: 'unknown', consent_note: '', minor: false, guardian: '' })
  const set = (more: Partial<Schemas['CastRequest']>) => setSaid({ ...said, ...more })
  return (
    <Dialog title={cast ? t('edit_cast', { name: cast.name }) : t('add_cast')} act={cast ? t('save') : t('add_cast')} wide onClose={onClose}
      why={said.name.trim() ? null : t('name_first')} busy={saveCast.isPending} error={saveCast.error}
      onAct={() => saveCast.mutate({ id: cast?.id, body: said }, { onSuccess: onClose })}>
      <TextInput label={t('col.name')} value={said.name} onChange={(event) => set({ name: event.currentTarget.value })} required maxLength={200} data-autofocus />
      <div className="row even">
        <Select label={t('col.consent')} value={said.consent ?? 'unknown'} allowDeselect={false} onChange={(value) => set({ consent: value as Cast['consent'] })}
          data={(['unknown', 'given', 'refused'] as const).map((value) => ({ value, label: t(`consent.${value}`) }))} />
        <TextInput label={t('consent_until')} type="date" value={said.consent_until ?? ''} onChange={(event) => set({ consent_until: event.currentTarget.value || null })} />
      </div>
      <Textarea label={t('consent_note')} value={said.consent_note ?? ''} onChange={(event) => set({ consent_note: event.currentTarget.value })} maxLength={2000} autosize minRows={2} />
      <Checkbox label={t('minor')} checked={said.minor ?? false} onChange={(event) => set({ minor: event.currentTarget.checked })} />
      {said.minor && <TextInput label={t('guardian')} value={said.guardian ?? ''} onChange={(event) => set({ guardian: event.currentTarget.value })} maxLength={200} />}
      <MultiSelect label={t('col.appears')} placeholder={said.clips?.length ? undefined : t('anywhere')} value={said.clips ?? []} searchable clearable
        data={clips.map(({ id, name }) => ({ value: id, label: name }))} onChange={(chosen) => set({ clips: chosen })} />
    </Dialog>
  )
}
