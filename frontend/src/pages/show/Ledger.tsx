import { Textarea } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Schemas } from '../../api/client'
import { useTouched, type Ledger as Papers, type Show } from '../../api/queries'
import { useLanguage } from '../../i18n'
import { Button } from '../../parts/Button'
import { Dialog } from '../../parts/Dialog'
import { count, day } from '../../parts/format'
import { When } from '../../parts/When'
import { RightDialog } from './RightDialog'
import { useShowPapers } from './acts'
import { termOf, today } from './terms'

type Right = Schemas['Right']
const ROW = { now: '', later: 'past', ended: 'past', withdrawn: 'struck' } as const

/** Every right ever entered, newest first; withdrawn ones stay in the list. */
export function Ledger({ show, ledger }: { show: Show; ledger: Papers }) {
  const { t } = useTranslation('show')
  const [entering, setEntering] = useState(false)
  return (
    <section className="card" aria-label={t('rights')}>
      <header>
        <h2>{t('rights')}</h2>
        <span className="s12 t3 grow">{t('rights_why')}</span>
        <Button size="s" icon="plus" kind={ledger.rights.length ? undefined : 'pri'} needs="lead" onClick={() => setEntering(true)}>{t('enter')}</Button>
      </header>
      <div className="pad">
        {ledger.rights.length === 0
          ? <p className="t2">{t('no_rights')}</p>
          : <table className="tasktable">
              <thead><tr>{(['owner', 'licence', 'scope', 'territory', 'term', 'document', 'entered'] as const).map((name) => <th key={name}>{t(`col.${name}`)}</th>)}<th /></tr></thead>
              <tbody>{ledger.rights.map((right) => <Line key={right.id} show={show} right={right} />)}</tbody>
            </table>}
      </div>
      {entering && <RightDialog show={show} onClose={() => setEntering(false)} />}
    </section>
  )
}

function Line({ show, right }: { show: Show; right: Right }) {
  const { t } = useTranslation('show')
  const language = useLanguage()
  const [asking, setAsking] = useState(false)
  const from = right.starts ? day(right.starts, language) : t('from_ever')
  const to = right.expires ? day(right.expires, language) : t('for_ever')
  const term = termOf(right, today())
  return (
    <tr className={ROW[term]}>
      <td className="b">{right.owner}</td>
      <td>{right.licence}{right.note && <div className="s12 t3 pre-line">{right.note}</div>}</td>
      <td>{t(`scope.${right.scope ?? 'internal'}`)}</td>
      <td>{right.territory || t('worldwide')}</td>
      <td><span className="nowrap">{from} – {to}</span>{(term === 'ended' || term === 'later') && <div><span className={`chip ${term === 'ended' ? 'bad' : ''}`}>{t(`term.${term}`)}</span></div>}</td>
      <td className="s12">{right.document}</td>
      <td className="s12 t3"><When at={right.created_at} />{right.created_by && ` · ${right.created_by.name}`}</td>
      <td className="r">
        {right.withdrawn_at
          ? <span className="s12 bad">{t('withdrawn_because', { name: right.withdrawn_by?.name ?? '', reason: right.withdrawn_reason })}</span>
          : <Button size="s" kind="bare" needs="lead" onClick={() => setAsking(true)}>{t('withdraw')}</Button>}
        {asking && <WithdrawDialog show={show} right={right} onClose={() => setAsking(false)} />}
      </td>
    </tr>
  )
}

/** Before a right ends: what stands on it. Nothing of that is removed; it is listed, to act on. */
function WithdrawDialog({ show, right, onClose }: { show: Show; right: Right; onClose: () => void }) {
  const { t } = useTranslation('show')
  const touched = useTouched(show.id).data
  const [reason, setReason] = useState('')
  const { withdraw } = useShowPapers(show.id)
  return (
    <Dialog title={t('withdraw_title', { owner: right.owner })} act={t('withdraw')} destroys wide onClose={onClose} busy={withdraw.isPending}
      error={withdraw.error} why={reason.trim() ? null : t('reason_first')}
      onAct={() => withdraw.mutate({ right: right.id, reason }, { onSuccess: onClose })}>
      <p className="t2">{t('withdraw_text')}</p>
      {touched && (
        <ul className="s12">
          <li>{t('touched_clips', { count: touched.clips.length, frames: count(touched.clips.reduce((sum, clip) => sum + (clip.frames ?? 0), 0)) })}</li>
          <li>{touched.releases.length ? `${t('touched_releases', { count: touched.releases.length })} ${touched.releases.map(({ name }) => name).join(', ')}` : t('no_releases')}</li>
        </ul>
      )}
      <Textarea label={t('reason')} value={reason} onChange={(event) => setReason(event.currentTarget.value)} maxLength={500} required autosize minRows={2} />
    </Dialog>
  )
}
