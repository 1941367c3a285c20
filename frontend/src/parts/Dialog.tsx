import { Modal } from '@mantine/core'
import type { FormEvent, KeyboardEvent, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from './Button'
import { Fault } from './Fault'

interface DialogProps {
  title: string
  onClose: () => void
  /** The button names the act, never "OK". */
  act: string
  onAct: () => void
  /** It puts something away: the focus starts on Cancel. */
  destroys?: boolean
  /** Nothing is to be filled in: Enter does the act at once. */
  focusesAct?: boolean
  why?: string | null
  busy?: boolean
  error?: unknown
  wide?: boolean
  children?: ReactNode
}

/** A dialog: Esc closes, Enter does the named act. */
export function Dialog({ title, onClose, act, onAct, destroys, focusesAct, why, busy, error, wide, children }: DialogProps) {
  const { t } = useTranslation()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!why && !busy) onAct()
  }
  // A list of the browser's own opens on Enter, and on Space as well: here Enter does the act.
  const press = (event: KeyboardEvent<HTMLFormElement>) => {
    if (event.key !== 'Enter' || !(event.target instanceof HTMLSelectElement)) return
    event.preventDefault()
    event.currentTarget.requestSubmit()
  }
  return (
    <Modal opened onClose={onClose} title={title} size={wide ? 560 : 440} closeButtonProps={{ 'aria-label': t('close') }}>
      <form onSubmit={submit} onKeyDown={press} className="col dialog">
        {children}
        {error ? <Fault error={error} /> : null}
        <div className="row dialog-acts">
          <Button onClick={onClose} autoFocus={destroys}>{t('cancel')}</Button>
          <Button type="submit" autoFocus={focusesAct} kind={destroys ? 'dang' : 'pri'} why={busy ? t('working') : why}>{act}</Button>
        </div>
      </form>
    </Modal>
  )
}
