import { useState, type DragEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../../parts/Icon'
import { PickButton } from './PickButton'

/** A field to drop files on or to choose them with. */
export function FilePick({ onFiles }: { onFiles: (files: File[]) => void }) {
  const { t } = useTranslation('clips')
  const [over, setOver] = useState(false)
  const drop = (event: DragEvent) => {
    event.preventDefault()
    event.stopPropagation()
    setOver(false)
    onFiles([...event.dataTransfer.files])
  }
  return (
    <div className={`row filepick${over ? ' over' : ''}`} onDrop={drop} onDragLeave={() => setOver(false)}
      onDragOver={(event) => { event.preventDefault(); event.stopPropagation(); setOver(true) }}>
      <Icon name="up" large />
      <div className="grow">
        <b>{t('pick.title')}</b>
        <div className="s12 t3">{t('pick.text')}</div>
      </div>
      <PickButton many onFiles={onFiles}>{t('pick.button')}</PickButton>
    </div>
  )
}
