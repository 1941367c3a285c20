/** Where a page itself breaks: say so, keep the way out, give a code. */
import { useTranslation } from 'react-i18next'
import { useRouteError } from 'react-router'
import { Button, ButtonLink } from './Button'
import { Details, faultCode } from './Fault'

export function Boundary() {
  const { t } = useTranslation()
  const error = useRouteError()
  return (
    <main className="lone">
      <div className="card pad col">
        <h1>{t('broken.title')}</h1>
        <p className="t2">{t('broken.text')}</p>
        <Details text={faultCode(error)} />
        <div className="row">
          <Button kind="pri" icon="retry" onClick={() => location.reload()}>{t('broken.reload')}</Button>
          <ButtonLink to="/">{t('to_home')}</ButtonLink>
        </div>
      </div>
    </main>
  )
}
