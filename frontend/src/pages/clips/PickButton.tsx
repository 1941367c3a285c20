import { useRef } from 'react'
import { Button } from '../../parts/Button'
import { ACCEPT } from './uploads'

interface PickButtonProps {
  children: string
  size?: 's'
  many?: boolean
  onFiles: (files: File[]) => void
}

/** A button that asks the browser for files. */
export function PickButton({ children, size, many, onFiles }: PickButtonProps) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <Button size={size} needs="annotator" onClick={() => input.current?.click()}>{children}</Button>
      <input ref={input} type="file" multiple={many} hidden accept={ACCEPT} aria-label={children}
        onChange={(event) => { onFiles([...(event.currentTarget.files ?? [])]); event.currentTarget.value = '' }} />
    </>
  )
}
