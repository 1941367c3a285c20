import type { TFunction } from 'i18next'
import { Fragment, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client'
import { groupsAt, isPart } from '../../engine/parts'
import type { Subject } from '../../engine/session'
import { Button } from '../../parts/Button'
import { Icon } from '../../parts/Icon'
import { actionById, attempt, keyName } from './actions'
import { HistoryPanel } from './HistoryPanel'
import { JoinMenu } from './Joining'
import { PartChecks } from './PartChecks'
import { colourOf, useDesk, useSession } from './use'
import { ViewsPanel } from './ViewsPanel'

export function SidePanel() {
  return (
    <>
      <Subjects />
      <ViewsPanel />
      <PartChecks />
      <HistoryPanel />
    </>
  )
}

function Subjects() {
  const desk = useDesk()
  const session = useSession()
  const { t } = useTranslation('editor')
  const groups = groupsAt(session.subjects, session.frame)
  const deleted = session.shot.subjects.filter((subject) => subject.deleted_at)
  return (
    <section className="sec" aria-label={t('subjects')}>
      <header>
        <h3>{t('subjects')}</h3>
        <span className="sp" />
        {(['newSubject', 'newPart'] as const).map((act) => {
          const action = actionById(`work.${act}`)
          const label = `${t(`action.work.${act}`)} ${keyName(action.keys[0]!)}`
          return (
            <Button key={act} size="s" kind="bare" icon="plus" label={label} why={session.readOnly ? t('readOnly.short') : null} onClick={() => action.run(desk)}>
              {t(act === 'newPart' ? 'part.one' : 'subject')}
            </Button>
          )
        })}
      </header>
      <ul>
        {groups.people.map(({ person, parts }) => (
          <Fragment key={person.id}>
            <SubjectRow subject={person} />
            {parts.map((part) => <SubjectRow key={part.id} subject={part} />)}
          </Fragment>
        ))}
      </ul>
      {groups.free.length > 0 && (
        <>
          <h4 className="s12 t3 free-parts" id="free-parts">{t('part.free')}</h4>
          <ul aria-labelledby="free-parts">
            {groups.free.map((part) => <SubjectRow key={part.id} subject={part} />)}
          </ul>
        </>
      )}
      {deleted.length > 0 && (
        <details className="s12 t3">
          <summary>{t('deletedSubjects', { count: deleted.length })}</summary>
          {deleted.map((subject) => (
            <div key={subject.id} className="sub off">
              <span className="grow clip">{nameOf(subject, t)}</span>
              <Button size="s" onClick={() => void attempt(desk, () => restore(desk, subject.id))}>
                {t('restore')}
              </Button>
            </div>
          ))}
        </details>
      )}
    </section>
  )
}

async function restore(desk: ReturnType<typeof useDesk>, id: string): Promise<void> {
  await data(api.POST('/api/subjects/{id}/restore', { params: { path: { id } } }))
  await desk.session.reloadShot()
}

export function nameOf(subject: Subject, t: TFunction<'editor'>): string {
  const { name, number, kind } = subject
  if (isPart(subject)) return name || t('part.numbered', { kind: t(`part.kind.${kind}`), number })
  return name || t('subjectNumber', { number })
}

/** Where the number stands beside it. */
export function shortNameOf(subject: Subject, t: TFunction<'editor'>): string {
  return isPart(subject) ? subject.name || t(`part.kind.${subject.kind}`) : nameOf(subject, t)
}

function SubjectRow({ subject }: { subject: Subject }) {
  const desk = useDesk()
  const session = useSession()
  const { t } = useTranslation('editor')
  const [naming, setNaming] = useState(false)
  const on = session.selected === subject.id
  const part = isPart(subject)
  const name = nameOf(subject, t)
  const change = (body: { name?: string; role?: 'lead' | 'crowd' }) =>
    attempt(desk, async () => {
      await data(api.PATCH('/api/subjects/{id}', { params: { path: { id: subject.id } }, body }))
      await session.reloadShot()
    })
  const select = () => desk.select(subject.id)
  const presence = session.head(subject.id)?.presence
  return (
    <li className={`sub${part ? ' part' : ''}${on ? ' on' : ''}`} onClick={select}>
      <span className="n" style={{ background: colourOf(subject) }}>{subject.number}</span>
      {naming ? (
        <NameField name={subject.name ?? ''} label={t('rename')} onDone={(next) => { setNaming(false); if (next !== null) void change({ name: next }) }} />
      ) : (
        <button className="ic grow clip" aria-pressed={on} onDoubleClick={() => setNaming(true)}>
          {shortNameOf(subject, t)}
        </button>
      )}
      {part && subject.name && <span className="chip">{t(`part.kind.${subject.kind}`)}</span>}
      {!part && (
        <button className="ic chip" onClick={() => void change({ role: subject.role === 'lead' ? 'crowd' : 'lead' })} title={t('changeRole')}>
          {t(`role.${subject.role ?? 'lead'}`)}
        </button>
      )}
      {(presence === 'absent' || presence === 'occluded') && <span className="s12 t3">{t(presence)}</span>}
      <button className="ic" aria-label={`${t('rename')} · ${name}`} title={t('rename')} onClick={() => setNaming(true)}>
        <Icon name="pen" />
      </button>
      {part ? (
        <button className="ic" aria-label={`${t('part.ownership')} · ${name}`} title={t('part.ownership')} onClick={() => { select(); desk.set({ dialog: 'owners' }) }}>
          <Icon name="person" />
        </button>
      ) : (
        <JoinMenu subject={subject} />
      )}
      <button className="ic" aria-label={`${t('delete')} · ${name}`} title={t('delete')} onClick={() => { select(); desk.set({ dialog: 'deleteSubject' }) }}>
        <Icon name="x" />
      </button>
    </li>
  )
}

function NameField({ name, label, onDone }: { name: string; label: string; onDone: (name: string | null) => void }) {
  const [value, setValue] = useState(name)
  return (
    <input
      autoFocus
      aria-label={label}
      maxLength={120}
      value={value}
      onChange={(event) => setValue(event.target.value)}
      onBlur={() => onDone(value === name ? null : value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && !event.nativeEvent.isComposing) event.currentTarget.blur()
        if (event.key === 'Escape') onDone(null)
      }}
    />
  )
}
