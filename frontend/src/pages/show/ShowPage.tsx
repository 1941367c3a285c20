import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { ApiError } from '../../api/client'
import { useLedger, useShow, type Ledger as Papers } from '../../api/queries'
import { Page } from '../../parts/Page'
import { notYet } from '../../parts/Waiting'
import { MissingPage } from '../missing/MissingPage'
import { CastCard } from './CastCard'
import { Ledger } from './Ledger'
import { RightsMark } from './RightsMark'
import { TouchedCard } from './Touched'

/** A show's papers: under which rights it is used, and what its people agreed to. */
export function ShowPage() {
  const { id = '' } = useParams()
  const { t } = useTranslation('show')
  const show = useShow(id)
  const ledger = useLedger(id)
  if (show.error instanceof ApiError && show.error.status === 404) return <MissingPage />
  const name = show.data?.name ?? ''
  return (
    <Page title={name || t('title')} heading={
      <span className="row tight"><Link className="t2 parent" to="/clips">{t('clips')}</Link><span className="t3" aria-hidden="true">›</span>{name}</span>
    } sub={ledger.data && <RightsMark standing={ledger.data.standing} />}>
      {ledger.data && show.data
        ? <div className="col" style={{ gap: 12 }}>
            <Ledger show={show.data} ledger={ledger.data} />
            {lapsed(ledger.data) && <TouchedCard show={show.data} />}
            <CastCard show={show.data} cast={ledger.data.cast} />
          </div>
        : notYet(ledger, 4, 80, t('title'))}
    </Page>
  )
}

/** A right was withdrawn, or all have ended. */
function lapsed({ rights, standing }: Papers): boolean {
  return rights.some(({ withdrawn_at }) => withdrawn_at) || standing.state === 'expired'
}
