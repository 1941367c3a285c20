/** Parts to look at: where one is missing though its owner is seen, and where it changes hands. */
import { useTranslation } from 'react-i18next'
import { applied, isPart, type Change, type Finding } from '../../engine/parts'
import type { Subject } from '../../engine/session'
import { Button } from '../../parts/Button'
import { Fault } from '../../parts/Fault'
import { count, range } from '../../parts/format'
import { Icon } from '../../parts/Icon'
import { attempt } from './actions'
import { own } from './owning'
import { nameOf } from './SidePanel'
import { useDesk, useSession } from './use'

export function PartChecks() {
  const { checks, subjects } = useSession()
  const { t } = useTranslation('editor')
  const { findings, busy } = checks
  const error = subjects.some(isPart) ? checks.error : null
  if (findings.length === 0 && !error) return null
  return (
    <section className="sec" aria-label={t('part.checks')} aria-busy={busy}>
      <header>
        <h3>{t('part.checks')}</h3>
        <span className="sp s12 t3">{busy && t('part.checking')}</span>
      </header>
      {error ? <Fault error={error} retry={() => void checks.ask()} /> : null}
      <ul className="findings">
        {findings.map((finding) => (
          <Rows key={finding.part} finding={finding} />
        ))}
      </ul>
    </section>
  )
}

function Rows({ finding }: { finding: Finding }) {
  const session = useSession()
  const part = session.subjects.find(({ id }) => id === finding.part)
  if (!part) return null
  return (
    <>
      {finding.missing.map(({ first, last }) => (
        <Missing key={first} part={part} first={first} last={last} />
      ))}
      {finding.changes.map((change) => (
        <Changed key={change.frame} part={part} change={change} changes={finding.changes} />
      ))}
    </>
  )
}

function Missing({ part, first, last }: { part: Subject; first: number; last: number }) {
  const desk = useDesk()
  const { t } = useTranslation('editor')
  return (
    <li>
      <Icon name="warn" />
      <button className="found" onClick={() => desk.show(part.id, first)}>
        {t('part.missing', { name: nameOf(part, t), range: range(first, last) })}
      </button>
    </li>
  )
}

function Changed({ part, change, changes }: { part: Subject; change: Change; changes: Change[] }) {
  const desk = useDesk()
  const session = useSession()
  const { t } = useTranslation('editor')
  const text = useChangeText()(part, change)
  const apply = () => attempt(desk, () => own(desk, part, applied(part.owners, change, changes, session.shot.last)))
  return (
    <li>
      <Icon name="diam" />
      <button className="found" onClick={() => desk.show(part.id, change.frame)}>{text}</button>
      <Button size="s" why={session.readOnly ? t('readOnly.short') : null} onClick={() => void apply()}>
        {t('part.apply')}
      </Button>
    </li>
  )
}

/** A change of hands in words; people by their numbers, which stand beside their colours everywhere. */
export function useChangeText(): (part: Subject, change: Change) => string {
  const session = useSession()
  const { t } = useTranslation('editor')
  const who = (id: string | null | undefined) => {
    const person = session.people.find((one) => one.id === id)
    return person ? t('part.who', { number: person.number }) : t('part.nobody')
  }
  // In Chinese a number brings the spaces round it.
  return (part, { frame, owner, before }) =>
    t('part.change', { name: nameOf(part, t), frame: count(frame), owner: who(owner), before: who(before) }).trim()
}
