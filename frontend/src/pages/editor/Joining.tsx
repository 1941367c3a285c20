/** Two subjects made one, one made two: chosen in the side panel, told before, undone in the banner. */
import { Menu } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { runs } from '../../engine/following'
import { doJoin, planJoin, undoJoin, type Join } from '../../engine/joining'
import type { Subject } from '../../engine/session'
import { Dialog } from '../../parts/Dialog'
import { count } from '../../parts/format'
import { Icon } from '../../parts/Icon'
import { attempt } from './actions'
import { Done } from './Done'
import { ranges } from './Propagation'
import { nameOf } from './SidePanel'
import { useDesk, useDeskState, useSession } from './use'

export function JoinMenu({ subject }: { subject: Subject }) {
  const desk = useDesk()
  const session = useSession()
  const { t } = useTranslation('editor')
  const label = `${t('join.more')} · ${nameOf(subject, t)}`
  const open = (dialog: 'merge' | 'split') => {
    desk.select(subject.id)
    desk.set({ dialog })
  }
  return (
    <Menu position="bottom-end" disabled={session.readOnly !== null}>
      <Menu.Target>
        <button className="ic" aria-label={label} title={session.readOnly ? t('readOnly.short') : t('join.more')} onClick={(event) => event.stopPropagation()}>
          <Icon name="link" />
        </button>
      </Menu.Target>
      <Menu.Dropdown onClick={(event) => event.stopPropagation()}>
        <Menu.Item disabled={session.people.length < 2} onClick={() => open('merge')}>{t('join.mergeItem')}</Menu.Item>
        <Menu.Item disabled={session.frame === session.shot.first} onClick={() => open('split')}>{t('join.splitItem', { frame: count(session.frame) })}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

export function MergeDialog() {
  const session = useSession()
  const { t } = useTranslation('editor')
  const others = session.people.filter((one) => one.id !== session.selected)
  const [other, setOther] = useState(others[0]?.id ?? '')
  const subject = session.chosen
  const chosen = others.find((one) => one.id === other)
  if (!subject || !chosen) return null
  const names = { name: nameOf(subject, t), other: nameOf(chosen, t) }
  return (
    <JoinDialog join={{ kind: 'merge', subject: subject.id, other }} title={t('join.mergeTitle', names)} act={t('join.mergeAct')} note={t('join.mergeNote', names)}>
      <label className="row">
        {t('join.other', names)}
        <select className="grow" value={other} onChange={(event) => setOther(event.target.value)}>
          {others.map((one) => (
            <option key={one.id} value={one.id}>{nameOf(one, t)}</option>
          ))}
        </select>
      </label>
    </JoinDialog>
  )
}

export function SplitDialog() {
  const session = useSession()
  const { t } = useTranslation('editor')
  const subject = session.chosen
  if (!subject) return null
  const names = { name: nameOf(subject, t), frame: count(session.frame) }
  return <JoinDialog join={{ kind: 'split', subject: subject.id, frame: session.frame }} title={t('join.splitTitle', names)} act={t('join.splitAct')} note={t('join.splitNote', names)} />
}

interface JoinDialogProps {
  join: Join
  title: string
  act: string
  note: string
  children?: React.ReactNode
}

/** What will happen is asked of the server once all that is on the desk is saved, and done on that very state. */
function JoinDialog({ join, title, act, note, children }: JoinDialogProps) {
  const desk = useDesk()
  const session = useSession()
  const { t } = useTranslation('editor')
  const [refusal, setRefusal] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const plan = useQuery({
    queryKey: ['join', join],
    queryFn: async () => {
      await session.saveAll()
      return planJoin(join)
    },
    gcTime: 0,
    retry: false,
  })
  const start = async () => {
    setBusy(true)
    try {
      const joined = await doJoin(join, plan.data!)
      await session.reloadShot()
      desk.set({ dialog: null, joined })
    } catch (error) {
      setRefusal(error)
      void plan.refetch()
    } finally {
      setBusy(false)
    }
  }
  return (
    <Dialog title={title} act={act} wide busy={busy} why={plan.data ? null : t('join.asking')} error={refusal ?? plan.error} onClose={() => desk.set({ dialog: null })} onAct={() => void start()}>
      {children}
      {plan.data && (
        <ul className="col">
          {(['moved', 'united', 'kept'] as const).map((what) => {
            const frames = plan.data[what]
            return frames.length > 0 && <li key={what}>{t(`join.${join.kind}_${what}`, { count: frames.length, ranges: ranges(runs(frames)), defaultValue: '' })}</li>
          })}
        </ul>
      )}
      <p className="t2 s12">{note}</p>
    </Dialog>
  )
}

export function JoinedBanner() {
  const desk = useDesk()
  const session = useSession()
  const { joined } = useDeskState()
  const { t } = useTranslation('editor')
  if (!joined) return null
  const undo = () =>
    attempt(desk, async () => {
      await session.saveAll()
      await undoJoin(joined)
      await session.reloadShot()
      desk.set({ joined: null })
    })
  return (
    <Done onUndo={() => void undo()} onDismiss={() => desk.set({ joined: null })}>
      {t(`join.${joined.kind}Done`, { count: joined.frames })}
    </Done>
  )
}
