/** Parts in the editor: a new one, and whose it is over which frames. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { freeFrom, heldFrom, isPart, ownersAt, PART_KINDS, tidy, wrongWith, type Kind, type Owned } from '../../engine/parts'
import type { Subject } from '../../engine/session'
import { Button } from '../../parts/Button'
import { Dialog } from '../../parts/Dialog'
import { count, range } from '../../parts/format'
import { addSubject, attempt } from './actions'
import { Done } from './Done'
import { disown, own } from './owning'
import { nameOf } from './SidePanel'
import { useDesk, useDeskState, useSession } from './use'

export function PartDialog() {
  const desk = useDesk()
  const session = useSession()
  const { t } = useTranslation('editor')
  const [kind, setKind] = useState<Kind>('headdress')
  const [name, setName] = useState('')
  const [owner, setOwner] = useState(() => likelyOwner(session.chosen, session.frame))
  const doing = useDoing(() => addSubject(desk, { kind, name: name.trim(), owner: owner || null }))
  return (
    <Dialog title={t('part.newTitle')} act={t('part.newAct')} busy={doing.busy} error={doing.refusal} onClose={() => desk.set({ dialog: null })} onAct={() => void doing.run()}>
      <div className="fields">
        <label>
          {t('part.kindLabel')}
          <select data-autofocus value={kind} onChange={(event) => setKind(event.target.value as Kind)}>
            {PART_KINDS.map((one) => (
              <option key={one} value={one}>{t(`part.kind.${one}`)}</option>
            ))}
          </select>
        </label>
        <label>
          {t('part.name')}
          <input value={name} maxLength={120} placeholder={t('part.optional')} onChange={(event) => setName(event.target.value)} />
        </label>
        <label>
          {t('part.owner')}
          <PersonSelect value={owner} nobody onChange={setOwner} />
        </label>
      </div>
      <p className="t2 s12">{t('part.newNote')}</p>
    </Dialog>
  )
}

function likelyOwner(chosen: Subject | undefined, frame: number): string {
  if (!chosen) return ''
  return isPart(chosen) ? (ownersAt(chosen, frame)[0] ?? '') : chosen.id
}

/** Do it and close the dialog; a refusal stays in it. */
function useDoing(act: () => Promise<void>) {
  const desk = useDesk()
  const [refusal, setRefusal] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const run = async () => {
    setBusy(true)
    try {
      await act()
      desk.set({ dialog: null })
    } catch (error) {
      setRefusal(error)
      setBusy(false)
    }
  }
  return { refusal, busy, run }
}

interface PersonSelectProps {
  value: string
  onChange: (id: string) => void
  nobody?: boolean
  label?: string
}

function PersonSelect({ value, onChange, nobody, label }: PersonSelectProps) {
  const session = useSession()
  const { t } = useTranslation('editor')
  return (
    <select value={value} aria-label={label} onChange={(event) => onChange(event.target.value)}>
      {nobody && <option value="">{t('part.nobody')}</option>}
      {session.people.map((person) => (
        <option key={person.id} value={person.id}>{nameOf(person, t)}</option>
      ))}
    </select>
  )
}

/** The owners of the selected part: nothing is written before it is saved, and what was written can be undone. */
export function OwnersDialog() {
  const desk = useDesk()
  const session = useSession()
  const { t } = useTranslation('editor')
  const part = session.chosen
  const [owners, setOwners] = useState<readonly Owned[]>(part?.owners ?? [])
  const doing = useDoing(() => own(desk, part!, tidy(owners)))
  if (!part) return null
  const { shot } = session
  const wrong = owners.map((one) => wrongWith(one, shot)).find((one) => one !== null)
  const why = session.readOnly ? t('readOnly.short') : wrong ? t(`part.wrong.${wrong}`, { range: range(shot.first, shot.last) }) : null
  const say = (place: number, change: Partial<Owned>) => setOwners(owners.map((one, at) => (at === place ? { ...one, ...change } : one)))
  return (
    <Dialog title={t('part.ownersTitle', { name: nameOf(part, t) })} act={t('part.ownersAct')} wide why={why} busy={doing.busy} error={doing.refusal}
      onClose={() => desk.set({ dialog: null })} onAct={() => void doing.run()}>
      <QuickActs owners={owners} onChange={setOwners} />
      <ul className="owners">
        {owners.map((one, place) => (
          <Row key={place} owned={one} onChange={(change) => say(place, change)} onRemove={() => setOwners(owners.filter((_, at) => at !== place))} />
        ))}
      </ul>
      {owners.length === 0 && <p className="t2">{t('part.noOwners')}</p>}
      {session.people.length > 0 && (
        <div>
          <Button size="s" icon="plus" onClick={() => setOwners([...owners, { subject: session.people[0]!.id, first: session.frame, last: shot.last }])}>
            {t('part.addSpan')}
          </Button>
        </div>
      )}
      <p className="t2 s12">{t('part.ownersNote')}</p>
    </Dialog>
  )
}

/** What is said most often, in one press: from the shown frame on it is another's, or nobody's. */
function QuickActs({ owners, onChange }: { owners: readonly Owned[]; onChange: (owners: Owned[]) => void }) {
  const session = useSession()
  const { t } = useTranslation('editor')
  const { frame, people, shot } = session
  const others = people.filter(({ id }) => !ownersAt({ owners }, frame).includes(id))
  const [chosen, choose] = useState(others[0]?.id ?? people[0]?.id ?? '')
  return (
    <div className="row s12" role="group" aria-label={t('part.fromFrame', { frame: count(frame) })}>
      <span className="t2">{t('part.fromFrame', { frame: count(frame) })}</span>
      <PersonSelect value={chosen} label={t('part.owner')} onChange={choose} />
      <Button size="s" why={chosen ? null : t('part.noPeople')} onClick={() => onChange(heldFrom(owners, frame, chosen, shot.last))}>
        {t('part.holds')}
      </Button>
      <Button size="s" onClick={() => onChange(freeFrom(owners, frame))}>{t('part.nobodys')}</Button>
    </div>
  )
}

interface RowProps {
  owned: Owned
  onChange: (change: Partial<Owned>) => void
  onRemove: () => void
}

function Row({ owned, onChange, onRemove }: RowProps) {
  const { shot } = useSession()
  const { t } = useTranslation('editor')
  const wrong = wrongWith(owned, shot)
  const frame = (end: 'first' | 'last') => (
    <input type="number" aria-label={t(`part.${end}`)} aria-invalid={wrong !== null} min={shot.first} max={shot.last} value={Number.isNaN(owned[end]) ? '' : owned[end]}
      onChange={(event) => onChange({ [end]: event.target.valueAsNumber })} />
  )
  return (
    <li>
      <div className="row">
        <PersonSelect value={owned.subject} label={t('part.owner')} onChange={(subject) => onChange({ subject })} />
        {frame('first')} – {frame('last')}
        <Button size="s" kind="bare" icon="x" label={t('part.removeSpan')} onClick={onRemove} />
      </div>
      {wrong && <p className="s12 bad" role="alert">{t(`part.wrong.${wrong}`, { range: range(shot.first, shot.last) })}</p>}
    </li>
  )
}

export function OwnedBanner() {
  const desk = useDesk()
  const session = useSession()
  const { owned } = useDeskState()
  const { t } = useTranslation('editor')
  const part = session.subjects.find(({ id }) => id === owned?.part)
  if (!part) return null
  return (
    <Done onUndo={() => void attempt(desk, () => disown(desk))} onDismiss={() => desk.set({ owned: null })}>
      {t('part.owned', { name: nameOf(part, t) })}
    </Done>
  )
}
