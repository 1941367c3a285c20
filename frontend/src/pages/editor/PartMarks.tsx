/** What a part's lane says besides the part's own state: whose it is, where it is missing, where it changes hands. */
import type { CSSProperties } from 'react'
import { useTranslation } from 'react-i18next'
import type { Run } from '../../engine/following'
import { stacked } from '../../engine/parts'
import type { Subject } from '../../engine/session'
import { range } from '../../parts/format'
import { useChangeText } from './PartChecks'
import { nameOf } from './SidePanel'
import { colourOf, useDesk, useSession } from './use'

/** Pixels between two owners' strips. */
const STRIP = 3

export function PartMarks({ part }: { part: Subject }) {
  const desk = useDesk()
  const session = useSession()
  const { t } = useTranslation('editor')
  const changeText = useChangeText()
  const { shot } = session
  const name = nameOf(part, t)
  const found = session.checks.of(part.id)
  const mark = (what: string, span: Run, label: string) => (
    <button key={`${what} ${span.first}`} className={what} style={placed(span, shot)} title={label} aria-label={label} onClick={() => desk.show(part.id, span.first)} />
  )
  return (
    <span className="marks">
      {stacked(part.owners).map(({ subject, row, ...span }) => {
        const owner = session.people.find(({ id }) => id === subject)
        return owner && <i key={`${subject} ${span.first}`} className="owner" style={{ ...placed(span, shot), bottom: 2 + row * STRIP, background: colourOf(owner) }} />
      })}
      {found?.missing.map((span) => mark('missing', span, t('part.missing', { name, range: range(span.first, span.last) })))}
      {found?.changes.map((change) => mark('change', { first: change.frame, last: change.frame }, changeText(part, change)))}
    </span>
  )
}

/** Where a span of frames lies along the shot. */
export function placed({ first, last }: Run, shot: Run): CSSProperties {
  const length = shot.last - shot.first + 1
  return { left: `${((first - shot.first) / length) * 100}%`, width: `${((last - first + 1) / length) * 100}%` }
}
