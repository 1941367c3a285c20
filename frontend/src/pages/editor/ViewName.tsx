/** Says over the picture what one sees, where that is not the plain thing. */
import { useTranslation } from 'react-i18next'
import { actionById, keyName } from './actions'
import { useDesk, useDeskState, useSession } from './use'

export function ViewName() {
  const desk = useDesk()
  const { strength, backdrop, against, onion, held } = useDeskState()
  useSession()
  const { t } = useTranslation('editor')
  const { mode } = desk
  const missing = mode === 'diff' && desk.session.selected ? desk.comparing.missing(against) : null
  return (
    <div className="hud viewname" role="status">
      {t('viewIs')} <b>{t(`mode_${mode}`)}</b>
      {mode === 'overlay' && <b> {Math.round(strength * 100)}%</b>}
      {mode === 'comp' && backdrop === 'own' && desk.plate.broken && <span className="warn"> · {t('ownBackdrop.broken')}</span>}
      {mode === 'diff' && <span className="t2"> · {t(`against.${against}`)}</span>}
      {missing && <span className="warn"> · {t(`against.${missing}`)}</span>}
      {mode === 'diff' && !missing && (
        <span className="t2">
          {' · '}
          <i className="lost" /> {t('against.lost')} <i className="gained" /> {t('against.gained')}
        </span>
      )}
      {mode === 'heat' && (
        <span className="t2">
          {' · '}0 <i className="heat" /> 255
        </span>
      )}
      {onion && (
        <span className="t2">
          {' · '}
          <i className="earlier" /> {t('onion.earlier')} <i className="later" /> {t('onion.later')}
        </span>
      )}
      {mode !== 'source' && !held && <span className="t2"> · {t('flipHint', { key: keyName(actionById('view.flip').keys[0]!) })}</span>}
    </div>
  )
}
