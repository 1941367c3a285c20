import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../parts/Button'
import { Icon } from '../../parts/Icon'

/** An act that is done, and offered to be undone for as long as it is shown. */
export function Done({ children, onUndo, onDismiss }: { children: ReactNode; onUndo: () => void; onDismiss: () => void }) {
  const { t } = useTranslation('editor')
  return (
    <div className="note ok" role="status">
      <Icon name="check" />
      <span className="grow">{children}</span>
      <Button size="s" icon="undo" onClick={onUndo}>{t('undo')}</Button>
      <Button size="s" kind="bare" icon="x" label={t('dismiss')} onClick={onDismiss} />
    </div>
  )
}
