import { useTranslation } from 'react-i18next'
import { Icon } from '../../parts/Icon'
import { Button } from '../../parts/Button'
import { actionById, keyName } from './actions'
import { NumberField } from './NumberField'
import { fillAllHoles } from './tools/fill'
import { TOOL_ICONS } from './ToolRail'
import { useDesk, useDeskState, useSession } from './use'

export function OptionsBar() {
  const desk = useDesk()
  const session = useSession()
  const state = useDeskState()
  const { t } = useTranslation('editor')
  const { tool } = state
  const painting = tool === 'brush' || tool === 'eraser'
  const asking = tool === 'click' || tool === 'box' || tool === 'lasso'
  const signed = tool === 'brush' || tool === 'polygon' || tool === 'fill' || asking
  return (
    <div className="opts" role="group" aria-label={t('options')}>
      <b className="row tight">
        <Icon name={TOOL_ICONS[tool]} />
        {t(`action.tool.${tool}`)}
      </b>
      <span className="vr" />
      {signed && (
        <span className="seg s" role="group" aria-label={t('mode')}>
          <button className={state.subtract ? '' : 'on'} aria-pressed={!state.subtract} onClick={() => desk.set({ subtract: false })}>
            <Icon name="plus" /> {t('add')}
          </button>
          <button className={state.subtract ? 'on' : ''} aria-pressed={state.subtract} onClick={() => desk.set({ subtract: true })}>
            <Icon name="minus" /> {t('subtract')}
          </button>
        </span>
      )}
      {painting && (
        <>
          <NumberField label={t('size')} value={state.size} low={1} high={1000} onChange={(size) => desk.set({ size })} />
          <NumberField label={t('hardness')} value={Math.round(state.hardness * 100)} low={0} high={100} unit="%" onChange={(value) => desk.set({ hardness: value / 100 })} />
          <NumberField label={t('opacity')} value={Math.round(state.opacity * 100)} low={1} high={100} unit="%" onChange={(value) => desk.set({ opacity: value / 100 })} />
          <NumberField label={t('flow')} value={Math.round(state.flow * 100)} low={1} high={100} unit="%" onChange={(value) => desk.set({ flow: value / 100 })} />
          <NumberField label={t('steady')} value={state.steady} low={0} high={100} hint={t('steadyHint')} onChange={(steady) => desk.set({ steady })} />
          <label className="row tight">
            <input type="checkbox" checked={state.pressure} onChange={(event) => desk.set({ pressure: event.target.checked })} />
            {t('pressure')}
          </label>
        </>
      )}
      {tool === 'move' && <span className="t3">{t('moveHint')}</span>}
      {tool === 'modify' && <span className="t3">{t('modify.about')}</span>}
      {tool === 'polygon' && <span className="t3">{t('polygonHint')}</span>}
      {tool === 'fill' && <NumberField label={t('tolerance')} value={state.tolerance} low={0} high={255} onChange={(tolerance) => desk.set({ tolerance })} />}
      {tool === 'holes' && (
        <Button size="s" icon="holes" keys={keyName(actionById('tool.holes').keys[0]!)} why={session.editable ? null : t('readOnly.short')} onClick={() => fillAllHoles(desk)}>
          {t('allHoles')}
        </Button>
      )}
      {(tool === 'fill' || tool === 'holes') && <span className="t3">{t(`fillHint.${tool}`)}</span>}
      {asking && <span className="t3">{t(`prompt.hint.${tool}`)}</span>}
    </div>
  )
}
