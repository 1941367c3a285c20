import type { MouseEvent, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { atLeast, useRole, type Role } from '../api/session'
import { Icon } from './Icon'
import type { IconName } from './icons'

export interface Look {
  icon?: IconName
  /** pri: the one thing to do next; bare: no frame; dang: puts something away. */
  kind?: 'pri' | 'bare' | 'dang'
  size?: 's' | 'xl'
  keys?: string
  children?: ReactNode
}

interface ButtonProps extends Look {
  onClick?: (event: MouseEvent<HTMLButtonElement>) => void
  type?: 'button' | 'submit'
  /** Said on hover and to a screen reader; the only name of a button that is an icon alone. */
  label?: string
  /** Why it cannot be pressed now; it stays reachable, shows a lock and says the reason. */
  why?: string | null
  /** The least role that may. */
  needs?: Role
  pressed?: boolean
  autoFocus?: boolean
}

export function lookClass({ kind, size, children }: Look, extra = ''): string {
  return ['btn', kind, size, children === undefined ? 'sq' : '', extra].filter(Boolean).join(' ')
}

export function Button({ onClick, type = 'button', label, why, needs, pressed, autoFocus, ...look }: ButtonProps) {
  const lacking = useLacking(needs)
  const reason = lacking ?? why ?? null
  return (
    <button
      type={type}
      className={lookClass(look, pressed ? 'on' : '')}
      aria-disabled={reason ? true : undefined}
      aria-pressed={pressed}
      aria-label={look.children === undefined ? label : undefined}
      title={reason ?? label}
      data-autofocus={autoFocus || undefined}
      onClick={(event) => (reason ? event.preventDefault() : onClick?.(event))}
    >
      <Inside {...look} locked={reason !== null} />
      {reason && <span className="sr">{reason}</span>}
    </button>
  )
}

export function ButtonLink({ to, download, ...look }: Look & { to: string; download?: boolean }) {
  if (download) {
    return (
      <a className={lookClass(look)} href={to} download>
        <Inside {...look} />
      </a>
    )
  }
  return (
    <Link className={lookClass(look)} to={to}>
      <Inside {...look} />
    </Link>
  )
}

function Inside({ icon, keys, children, locked }: Look & { locked?: boolean }) {
  const shown = locked && children !== undefined ? 'lock' : icon
  return (
    <>
      {shown && <Icon name={shown} />}
      {children}
      {keys && <kbd>{keys}</kbd>}
    </>
  )
}

/** Which role is missing, as a sentence, or null. */
export function useLacking(needs: Role | undefined): string | null {
  const { t } = useTranslation()
  const role = useRole()
  return !needs || atLeast(role, needs) ? null : t('needs_role', { role: t(`role.${needs}`) })
}
