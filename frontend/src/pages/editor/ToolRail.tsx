import { useTranslation } from 'react-i18next'
import { Icon } from '../../parts/Icon'
import type { IconName } from '../../parts/icons'
import { actionById, keyName } from './actions'
import type { ToolName } from './desk'
import { useDesk, useDeskState } from './use'

export const TOOL_ICONS: Record<ToolName, IconName> = { move: 'move', brush: 'brush', eraser: 'erase', click: 'click', box: 'box', polygon: 'poly', lasso: 'lasso', fill: 'fill', holes: 'holes', modify: 'modify' }
const TOOLS = Object.keys(TOOL_ICONS) as ToolName[]

export function ToolRail() {
  const desk = useDesk()
  const { tool } = useDeskState()
  const { t } = useTranslation('editor')
  return (
    <div className="rail" role="toolbar" aria-label={t('tools')} aria-orientation="vertical">
      {TOOLS.map((name) => {
        const action = actionById(`tool.${name}`)
        const label = `${t(`action.${action.id}`)} ${keyName(action.keys[0]!)}`
        return (
          <button key={name} className={`tool${tool === name ? ' on' : ''}${action.keys[0]!.shift ? ' shifted' : ''}`} title={label} aria-label={label} aria-pressed={tool === name} onClick={() => desk.set({ tool: name })}>
            <Icon name={TOOL_ICONS[name]} large />
            <em aria-hidden="true">{keyName(action.keys[0]!)}</em>
          </button>
        )
      })}
    </div>
  )
}
