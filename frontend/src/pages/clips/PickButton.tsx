import { useRef } from 'react'
import { Button } from '../../parts/Button'
import type { IconName } from '../../parts/icons'
import { ACCEPT } from './uploads'

interface PickButtonProps {
  children: string
  size?: 's'
  icon?: IconName
  many?: boolean
  onFiles: (files: File[]) => void
}

/** A button that asks the browser for files. */
export function PickButton({ children, size, icon, many, onFiles }: PickButtonProps) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <Button size={size} icon={icon} needs="annotator" onClick={() => input.current?.click()}>{children}</Button>
      <input ref={input} type="file" multiple={many} hidden accept={ACCEPT} aria-label={children}
        onChange={(event) => { onFiles([...(event.currentTarget.files ?? [])]); event.currentTarget.value = '' }} />
    </>
  )
}
