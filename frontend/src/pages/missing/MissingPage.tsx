import { useTranslation } from 'react-i18next'
import { ButtonLink } from '../../parts/Button'
import { Page } from '../../parts/Page'

/** No such page, or a thing that does not exist for this person. */
export function MissingPage() {
  const { t } = useTranslation()
  return (
    <Page title={t('missing.title')}>
      <Missing />
    </Page>
  )
}

export function Missing() {
  const { t } = useTranslation()
  return (
    <div className="empty col">
      <p className="t2">{t('missing.text')}</p>
      <ButtonLink to="/clips">{t('missing.to_clips')}</ButtonLink>
    </div>
  )
}
