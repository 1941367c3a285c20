/** A matte taken from one frame or subject to another. */
import { copyPlane } from '../../engine/planes'
import type { Desk } from './desk'

export function canCopy({ session }: Desk): boolean {
  return session.current?.presence === 'present'
}

export function copyMatte(desk: Desk): void {
  const { current } = desk.session
  if (current) desk.copied = copyPlane(current.kept)
}

export function canPaste({ session, copied }: Desk): boolean {
  return session.editable && copied !== null
}

/** In place of what is there, as one step. */
export function pasteMatte({ session, copied }: Desk): void {
  if (copied && session.current?.replace(copied, 'paste')) session.painted()
}
