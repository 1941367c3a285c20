import { useState, type ComponentProps, type CSSProperties } from 'react'
import { fileStore, useFileStore } from '../api/fileStore'
import { Icon } from './Icon'

type ServerImageProps = ComponentProps<'img'> & { src: string }

/** A picture from the server's files. One that does not come leaves a placeholder, and comes once the file store answers. */
export function ServerImage(props: ServerImageProps) {
  const { epoch } = useFileStore()
  return <Tried key={`${epoch} ${props.src}`} {...props} />
}

function Tried(props: ServerImageProps) {
  const [missing, setMissing] = useState(false)
  const fail = () => {
    setMissing(true)
    void fileStore.missing(props.src)
  }
  if (missing) return <NoPicture className={props.className} style={props.style} label={props.alt} />
  return <img {...props} onError={fail} />
}

/** What stands where a picture or film should be. */
export function NoPicture({ className = '', style, label }: { className?: string; style?: CSSProperties; label?: string }) {
  return (
    <span className={`no-picture ${className}`} style={style} role={label ? 'img' : undefined} aria-label={label || undefined}>
      <Icon name="film" large tone="t3" />
    </span>
  )
}
