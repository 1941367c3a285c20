import { useTranslation } from 'react-i18next'
import { Icon } from '../../parts/Icon'
import { actionById, keyName } from './actions'
import type { ToolName } from './desk'
import { useDesk, useDeskState } from './use'

const TOOLS: { name: ToolName; icon: 'move' | 'brush' | 'erase' }[] = [
  { name: 'pan', icon: 'move' },
  { name: 'brush', icon: 'brush' },
  { name: 'eraser', icon: 'erase' },
]

export function ToolRail() {
  const desk = useDesk()
  const { tool } = useDeskState()
  const { t } = useTranslation('editor')
  return (
    <div className="rail" role="toolbar" aria-label={t('tools')} aria-orientation="vertical">
      {TOOLS.map(({ name, icon }) => {
        const action = actionById(`tool.${name}`)
        const label = `${t(`action.${action.id}`)} ${keyName(action.keys[0]!)}`
        return (
          <button key={name} className={tool === name ? 'tool on' : 'tool'} title={label} aria-label={label} aria-pressed={tool === name} onClick={() => desk.set({ tool: name })}>
            <Icon name={icon} large />
            <em aria-hidden="true">{keyName(action.keys[0]!)}</em>
          </button>
        )
      })}
    </div>
  )
}
