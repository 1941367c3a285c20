import { useTranslation } from 'react-i18next'
import type { Role } from '../../api/session'
import { useLacking } from '../../parts/Button'
import { Icon } from '../../parts/Icon'

/** In place of what the person's role does not open: which role can, and whom to ask. */
export function NoPermission({ needs }: { needs: Role }) {
  const { t } = useTranslation()
  const lacking = useLacking(needs)
  return (
    <div className="note warn">
      <Icon name="lock" />
      <span>{lacking} {t('ask_admin')}</span>
    </div>
  )
}
