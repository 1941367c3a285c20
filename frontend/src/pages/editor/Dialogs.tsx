import { Modal } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client'
import type { Plane } from '../../engine/planes'
import type { Conflict } from '../../engine/saver'
import { tileBox } from '../../engine/tiles'
import { Button } from '../../parts/Button'
import { Dialog } from '../../parts/Dialog'
import { count } from '../../parts/format'
import { ACTIONS, advance, attempt, keyName, reject, type Group } from './actions'
import type { Blocking } from './desk'
import { MergeDialog, SplitDialog } from './Joining'
import { OwnersDialog, PartDialog } from './Parts'
import { PropagateDialog } from './Propagation'
import { nameOf } from './SidePanel'
import { TakeAwayDialog } from './TakeAway'
import { useDesk, useDeskState, useSession } from './use'

export function Dialogs() {
  const { dialog } = useDeskState()
  const session = useSession()
  const conflict = session.saver.state.kind === 'conflict' ? session.saver.state.conflict : null
  return (
    <>
      {dialog === 'keys' && <Keys />}
      {dialog === 'accept' && <NotAcceptable />}
      {dialog === 'reject' && <Reject />}
      {dialog === 'deleteSubject' && <DeleteSubject />}
      {dialog === 'propagate' && <PropagateDialog />}
      {dialog === 'merge' && <MergeDialog />}
      {dialog === 'split' && <SplitDialog />}
      {dialog === 'newPart' && <PartDialog />}
      {dialog === 'owners' && <OwnersDialog />}
      {dialog === 'takeAway' && <TakeAwayDialog />}
      {conflict && <Choose conflict={conflict} />}
    </>
  )
}

const GROUPS: Group[] = ['tools', 'brush', 'views', 'timeline', 'work', 'history']

function Keys() {
  const desk = useDesk()
  const { t } = useTranslation('editor')
  return (
    <Modal opened onClose={() => desk.set({ dialog: null })} title={t('keys')} size={980} closeButtonProps={{ 'aria-label': t('dismiss') }}>
      <div className="keys-cols" style={{ columns: 3, columnGap: 28 }}>
        {GROUPS.map((group) => (
          <section key={group} style={{ breakInside: 'avoid', paddingBottom: 12 }}>
            <h3>{t(`group.${group}`)}</h3>
            <dl className="kv">
              {ACTIONS.filter((action) => action.group === group).map((action) => (
                <div key={action.id} className="row s12" style={{ lineHeight: '22px' }}>
                  <dt style={{ width: 110 }}>{action.keys.length > 2 ? '⇧1 … ⇧0' : action.keys.map((k) => <kbd key={keyName(k)}>{keyName(k)}</kbd>)}</dt>
                  <dd className="grow t2" style={{ textAlign: 'left' }}>{t(`action.${action.id}`)}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  )
}

/** Why the task cannot be accepted yet, each reason with its frames and, where there is one, the way out. */
function NotAcceptable() {
  const desk = useDesk()
  const session = useSession()
  const { blocked } = useDeskState()
  const { t } = useTranslation('editor')
  const close = () => desk.set({ dialog: null })
  const go = (frame: number, subject: string) => {
    close()
    desk.show(subject, frame)
  }
  return (
    <Modal opened onClose={close} title={t('notAcceptable')} size={640} closeButtonProps={{ 'aria-label': t('dismiss') }}>
      <ul className="col">
        {blocked.map((reason) => (
          <li key={reason.code + reason.subject} className="row">
            <span className="grow">
              {t(`blocking.${reason.code}`, { name: nameIn(session.subjects, reason, t), count: reason.count })}
              <span className="row tight s12" style={{ flexWrap: 'wrap' }}>
                {reason.frames.slice(0, 8).map((frame) => (
                  <Button key={frame} size="s" kind="bare" onClick={() => go(frame, reason.subject)}>
                    {count(frame)}
                  </Button>
                ))}
                {reason.count > 8 && <span className="t3">…</span>}
              </span>
            </span>
            {reason.code === 'unknown_presence' && (
              <Button onClick={() => void attempt(desk, () => absentThere(desk, reason))}>{t('markAbsentThere')}</Button>
            )}
          </li>
        ))}
        {blocked.length === 0 && <li>{t('nothingBlocks')}</li>}
      </ul>
      <div className="row dialog-acts" style={{ marginTop: 12, justifyContent: 'flex-end' }}>
        <Button onClick={close}>{t('dismiss')}</Button>
        <Button kind="pri" onClick={() => void attempt(desk, () => advance(desk, 'accept'))}>
          {t('acceptAgain')}
        </Button>
      </div>
    </Modal>
  )
}

function nameIn(subjects: Parameters<typeof nameOf>[0][], reason: Blocking, t: Parameters<typeof nameOf>[1]): string {
  const subject = subjects.find((one) => one.id === reason.subject)
  return subject ? nameOf(subject, t) : reason.subject_name
}

async function absentThere(desk: ReturnType<typeof useDesk>, reason: Blocking): Promise<void> {
  const { session } = desk
  const path = { params: { path: { id: session.task!.id } } }
  await data(api.POST('/api/tasks/{id}/absent', { ...path, body: { subject: reason.subject } }))
  await session.loadHeads()
  desk.set({ blocked: desk.state.blocked.filter((one) => one !== reason) })
}

function Reject() {
  const desk = useDesk()
  const { t } = useTranslation('editor')
  const [reason, setReason] = useState('')
  return (
    <Dialog title={t('rejectTitle')} act={t('reject')} why={reason.trim() ? null : t('reasonNeeded')} onClose={() => desk.set({ dialog: null })} onAct={() => void attempt(desk, () => reject(desk, reason.trim()))}>
      <label className="col">
        {t('reason')}
        <textarea data-autofocus rows={3} maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />
      </label>
    </Dialog>
  )
}

function DeleteSubject() {
  const desk = useDesk()
  const session = useSession()
  const { t } = useTranslation('editor')
  const subject = session.chosen
  if (!subject) return null
  const name = nameOf(subject, t)
  const frames = [...session.heads.values()].filter((head) => head.subject === subject.id && head.presence === 'present').length
  const remove = () =>
    attempt(desk, async () => {
      await session.saveAll()
      await data(api.DELETE('/api/subjects/{id}', { params: { path: { id: subject.id } } }))
      await session.reloadShot()
      desk.set({ dialog: null })
    })
  return (
    <Dialog title={t('deleteTitle', { name })} act={t('deleteAct', { name })} destroys onClose={() => desk.set({ dialog: null })} onAct={() => void remove()}>
      <p>{t('deleteText', { count: frames })}</p>
    </Dialog>
  )
}

/** Both changed the same tiles: theirs, mine and where they differ, side by side. */
function Choose({ conflict }: { conflict: Conflict }) {
  const desk = useDesk()
  const session = useSession()
  const { t } = useTranslation('editor')
  const pick = (mine: boolean) => void attempt(desk, () => session.resolve(conflict, mine))
  return (
    <Modal opened onClose={() => undefined} withCloseButton={false} title={t('conflictTitle', { name: conflict.head.author?.name ?? '', frame: count(conflict.head.frame) })} size={860}>
      <p className="t2">{t('conflictText', { count: conflict.both.length })}</p>
      <div className="choice">
        <figure><Crop plane={conflict.theirs} conflict={conflict} /><figcaption>{t('theirs')}</figcaption></figure>
        <figure><Crop plane={conflict.mine} conflict={conflict} /><figcaption>{t('mine')}</figcaption></figure>
        <figure><Crop plane={conflict.mine} against={conflict.theirs} conflict={conflict} /><figcaption>{t('difference')}</figcaption></figure>
      </div>
      <div className="row dialog-acts" style={{ marginTop: 12, justifyContent: 'flex-end' }}>
        <Button onClick={() => pick(false)}>{t('keepTheirs')}</Button>
        <Button kind="pri" onClick={() => pick(true)}>{t('keepMine')}</Button>
      </div>
    </Modal>
  )
}

function Crop({ plane, against, conflict }: { plane: Plane; against?: Plane; conflict: Conflict }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const boxes = conflict.both.map((key) => tileBox(plane, key))
    const left = Math.min(...boxes.map((b) => b.left))
    const top = Math.min(...boxes.map((b) => b.top))
    const width = Math.max(...boxes.map((b) => b.right)) - left
    const height = Math.max(...boxes.map((b) => b.bottom)) - top
    Object.assign(canvas.current!, { width, height })
    const pen = canvas.current!.getContext('2d')!
    const image = pen.createImageData(width, height)
    const pixels = new Uint32Array(image.data.buffer)
    for (let y = 0, at = 0; y < height; y++)
      for (let x = 0; x < width; x++, at++) {
        const place = (top + y) * plane.width + left + x
        pixels[at] = against ? difference(plane.data[place]!, against.data[place]!) : grey(plane.data[place]!)
      }
    pen.putImageData(image, 0, 0)
  }, [plane, against, conflict])
  return <canvas ref={canvas} />
}

function grey(value: number): number {
  return 0xff000000 | (value << 16) | (value << 8) | value
}

/** Red = only theirs has it, blue = only mine, grey = the same (design README §2). */
function difference(mine: number, theirs: number): number {
  if (Math.abs(mine - theirs) < 8) return grey(mine >> 2)
  return mine < theirs ? 0xff767ef2 : 0xfff2a86c
}
