/** Everything that can be done, once: shortcut, button, list of keys and test share one definition. */
import { ApiError, api, data, type Schemas } from '../../api/client'
import type { Reach } from '../../engine/following'
import { groupsAt, isPart, listed, ownersAt } from '../../engine/parts'
import { key, type Action, type Key } from './action'
import { canCopy, canPaste, copyMatte, pasteMatte } from './copying'
import { faultOf, type Blocking, type Desk, type ToolName } from './desk'
import { fillAllHoles } from './tools/fill'
import { closePolygon, giveUpPolygon, openPolygon, takeCornerBack } from './tools/polygon'
import { views } from './viewing'

export type { Action, Group } from './action'

const editable = (desk: Desk) => desk.session.editable

const TOOL_KEYS: Record<ToolName, Key> = {
  move: key('KeyV'),
  brush: key('KeyB'),
  eraser: key('KeyE'),
  click: key('KeyC'),
  box: key('KeyC', { shift: true }),
  polygon: key('KeyP'),
  lasso: key('KeyP', { shift: true }),
  fill: key('KeyG'),
  holes: key('KeyG', { shift: true }),
  modify: key('KeyM'),
}

const tools: Action[] = (Object.keys(TOOL_KEYS) as ToolName[]).map((tool) => ({
  id: `tool.${tool}`,
  group: 'tools',
  keys: [TOOL_KEYS[tool]],
  // ⇧G again: not what is under a click, but all.
  ...(tool === 'holes' && { enabled: (desk: Desk) => desk.state.tool !== tool || editable(desk) }),
  run: (desk) => (tool === 'holes' && desk.state.tool === tool ? fillAllHoles(desk) : desk.set({ tool })),
}))

const brush: Action[] = [
  { id: 'brush.swap', group: 'brush', keys: [key('KeyX')], run: (desk) => desk.set({ subtract: !desk.state.subtract }) },
  { id: 'brush.smaller', group: 'brush', keys: [key('BracketLeft')], repeats: true, run: (desk) => resize(desk, 1 / 1.15) },
  { id: 'brush.larger', group: 'brush', keys: [key('BracketRight')], repeats: true, run: (desk) => resize(desk, 1.15) },
  { id: 'brush.softer', group: 'brush', keys: [key('BracketLeft', { shift: true })], repeats: true, run: (desk) => harden(desk, -0.1) },
  { id: 'brush.harder', group: 'brush', keys: [key('BracketRight', { shift: true })], repeats: true, run: (desk) => harden(desk, 0.1) },
  {
    id: 'brush.opacity',
    group: 'brush',
    keys: [1, 2, 3, 4, 5, 6, 7, 8, 9, 0].map((digit) => key(`Digit${digit}`, { shift: true })),
    run: () => undefined,
  },
]

function resize(desk: Desk, factor: number): void {
  const size = desk.state.size * factor
  desk.set({ size: Math.min(1000, Math.max(1, factor < 1 ? Math.floor(size) : Math.ceil(size))) })
}

function harden(desk: Desk, by: number): void {
  desk.set({ hardness: Math.round(Math.min(1, Math.max(0, desk.state.hardness + by)) * 10) / 10 })
}

const step = (desk: Desk, by: number) => desk.go(desk.session.frame + by, by < 0 ? -1 : 1)

const timeline: Action[] = [
  { id: 'time.play', group: 'timeline', keys: [key('Space')], run: (desk) => desk.set({ playing: desk.state.playing ? 0 : 1 }) },
  { id: 'time.back', group: 'timeline', keys: [key('KeyJ')], run: (desk) => desk.set({ playing: faster(desk.state.playing, -1) }) },
  { id: 'time.stop', group: 'timeline', keys: [key('KeyK')], run: (desk) => desk.set({ playing: 0 }) },
  { id: 'time.on', group: 'timeline', keys: [key('KeyL')], run: (desk) => desk.set({ playing: faster(desk.state.playing, 1) }) },
  { id: 'time.earlier', group: 'timeline', keys: [key('Comma'), key('ArrowLeft')], repeats: true, run: (desk) => step(desk, -1) },
  { id: 'time.later', group: 'timeline', keys: [key('Period'), key('ArrowRight')], repeats: true, run: (desk) => step(desk, 1) },
  { id: 'time.earlier10', group: 'timeline', keys: [key('Comma', { shift: true })], repeats: true, run: (desk) => step(desk, -10) },
  { id: 'time.later10', group: 'timeline', keys: [key('Period', { shift: true })], repeats: true, run: (desk) => step(desk, 10) },
  { id: 'time.first', group: 'timeline', keys: [key('Home')], run: (desk) => desk.go(desk.session.shot.first) },
  { id: 'time.last', group: 'timeline', keys: [key('End')], run: (desk) => desk.go(desk.session.shot.last) },
  { id: 'time.previousAnchor', group: 'timeline', keys: [key('PageUp')], run: (desk) => toAnchor(desk, -1) },
  { id: 'time.nextAnchor', group: 'timeline', keys: [key('PageDown')], run: (desk) => toAnchor(desk, 1) },
  { id: 'time.unlabelled', group: 'timeline', keys: [key('KeyN', { shift: true })], run: toUnlabelled },
  { id: 'time.loop', group: 'timeline', keys: [key('KeyK', { shift: true })], run: (desk) => desk.set({ loop: !desk.state.loop }) },
]

function faster(playing: number, direction: 1 | -1): number {
  return Math.sign(playing) === direction ? Math.max(-8, Math.min(8, playing * 2)) : direction
}

function toAnchor(desk: Desk, direction: 1 | -1): unknown {
  const { session } = desk
  const frames = [...session.heads.values()].filter((h) => h.anchored && h.subject === session.selected).map((h) => h.frame)
  const beyond = frames.filter((frame) => (frame - session.frame) * direction > 0).sort((a, b) => (a - b) * direction)
  return beyond.length ? desk.go(beyond[0]!, direction) : undefined
}

function toUnlabelled(desk: Desk): unknown {
  const { session } = desk
  const { chosen } = session
  const { first, last } = session.shot
  const length = last - first + 1
  for (let by = 1; by <= length; by++) {
    const frame = first + ((session.frame - first + by) % length)
    if (chosen && isPart(chosen) && !ownersAt(chosen, frame).length) continue // nobody's there: nothing is asked of it
    const head = session.selected ? session.head(session.selected, frame) : undefined
    if (!head || head.presence === 'unknown') return desk.go(frame)
  }
  return undefined
}

const work: Action[] = [
  { id: 'work.confirm', group: 'work', keys: [key('Enter')], enabled: editable, run: (desk) => attempt(desk, () => confirm(desk)) },
  { id: 'work.absent', group: 'work', keys: [key('Backspace', { shift: true })], enabled: editable, run: (desk) => attempt(desk, () => desk.session.mark('absent')) },
  { id: 'work.hidden', group: 'work', keys: [key('Backspace', { ctrl: true })], enabled: editable, run: (desk) => attempt(desk, () => desk.session.mark('occluded')) },
  { id: 'work.clear', group: 'work', keys: [key('Backspace')], enabled: editable, run: clear },
  { id: 'work.copyPrevious', group: 'work', keys: [key('KeyV', { shift: true })], enabled: editable, run: copyPrevious },
  { id: 'work.mend', group: 'work', keys: [key('KeyR')], enabled: hasMatte, run: (desk) => attempt(desk, () => desk.session.asking.ask({}, 'mend')) },
  { id: 'work.sameNext', group: 'work', keys: [key('KeyM', { shift: true })], enabled: canDoTheSame, run: (desk) => attempt(desk, () => sameOnNext(desk)) },
  { id: 'work.propagateLater', group: 'work', keys: [key('KeyD')], enabled: canPropagate, run: (desk) => plan(desk, 'later') },
  { id: 'work.propagateEarlier', group: 'work', keys: [key('KeyD', { shift: true })], enabled: canPropagate, run: (desk) => plan(desk, 'earlier') },
  { id: 'work.propagateBoth', group: 'work', keys: [key('KeyY')], enabled: canPropagate, run: (desk) => plan(desk, 'both') },
  { id: 'work.propagateAgain', group: 'work', keys: [key('KeyR', { shift: true })], enabled: mayPropagateAgain, run: (desk) => plan(desk, 'changed') },
  { id: 'work.stop', group: 'work', keys: [key('Escape')], atOnce: true, enabled: canStop, run: stop },
  { id: 'work.up', group: 'work', keys: [key('ArrowUp')], run: (desk) => select(desk, -1) },
  { id: 'work.down', group: 'work', keys: [key('ArrowDown')], run: (desk) => select(desk, 1) },
  { id: 'work.newSubject', group: 'work', keys: [key('KeyA', { shift: true })], enabled: mayAdd, run: (desk) => attempt(desk, () => addSubject(desk)) },
  { id: 'work.newPart', group: 'work', keys: [key('KeyT', { shift: true })], enabled: mayAdd, run: (desk) => desk.set({ dialog: 'newPart' }) },
]

function mayAdd({ session }: Desk): boolean {
  return !session.readOnly
}

/** What is drawn or tried is kept first: a second ↵ confirms. */
async function confirm(desk: Desk): Promise<void> {
  const { session } = desk
  if (openPolygon(desk)) closePolygon(desk)
  else await (session.modifying.showing ? session.modifying.keep() : session.confirm())
}

export function keepChange(desk: Desk): Promise<void> {
  return attempt(desk, () => desk.session.modifying.keep())
}

function hasMatte({ session }: Desk): boolean {
  return session.editable && session.current?.presence === 'present'
}

function canDoTheSame({ session }: Desk): boolean {
  return session.editable && (session.modifying.showing || session.modifying.last !== null)
}

/** Keep the change that is tried, if one is, and make the same one on the next frames. */
export async function sameOnNext(desk: Desk): Promise<void> {
  const { modifying } = desk.session
  desk.set({ tool: 'modify' })
  await modifying.keep()
  await modifying.spread(desk.state.nextFrames)
}

function canStop(desk: Desk): boolean {
  const { session, turns } = desk
  return turns.waiting || openPolygon(desk) !== null || session.asking.waiting || session.following.running || session.modifying.showing || session.modifying.spreading !== null
}

/** What was asked for last, and takes the shorter time, first. */
function stop(desk: Desk): unknown {
  return desk.turns.giveUp() || giveUpPolygon(desk) || desk.session.modifying.cancel() || desk.session.asking.cancel() || attempt(desk, () => desk.session.following.stop())
}

/** A polygon's last corner, while one is open. */
function clear(desk: Desk): void {
  if (takeCornerBack(desk)) return
  desk.session.current?.clear()
  desk.session.painted()
}

function copyPrevious(desk: Desk): void {
  const { session } = desk
  const before = session.selected ? session.layer(session.selected, session.frame - 1) : undefined
  if (!before || !session.current) return
  session.current.replace(before.kept, 'copy')
  session.painted()
}

function canPropagate(desk: Desk): boolean {
  return editable(desk) && !desk.session.following.running && desk.session.current?.presence !== 'unknown'
}

function mayPropagateAgain(desk: Desk): boolean {
  return editable(desk) && !desk.session.following.running
}

/** Show what would change; nothing does before the person says so. */
export async function plan(desk: Desk, reach: Reach): Promise<void> {
  await attempt(desk, async () => {
    await desk.session.following.plan(reach)
    desk.set({ dialog: 'propagate' })
  })
}

function select(desk: Desk, by: number): void {
  const { session } = desk
  const shown = listed(groupsAt(session.subjects, session.frame))
  const place = shown.findIndex((subject) => subject.id === session.selected)
  const next = shown[Math.min(shown.length - 1, Math.max(0, place + by))]
  if (next) desk.select(next.id)
}

/** Somebody or, by its kind, a part; it is what one paints next. */
export async function addSubject(desk: Desk, body: Schemas['AddSubjectRequest'] = {}): Promise<void> {
  const { session } = desk
  const path = { params: { path: { id: session.shot.id } } }
  const made = await data(api.POST('/api/shots/{id}/subjects', { ...path, body }))
  session.selected = made.id
  await session.reloadShot()
}

const history: Action[] = [
  { id: 'history.undo', group: 'history', keys: [key('KeyZ', { ctrl: true })], repeats: true, enabled: canUndo, run: undo },
  { id: 'history.redo', group: 'history', keys: [key('KeyZ', { ctrl: true, shift: true })], repeats: true, enabled: (desk) => editable(desk) && !!desk.session.current?.history.canRedo, run: (desk) => turn(desk, 'redo') },
  { id: 'history.copy', group: 'history', keys: [key('KeyC', { ctrl: true })], onCanvas: true, enabled: canCopy, run: copyMatte },
  { id: 'history.paste', group: 'history', keys: [key('KeyV', { ctrl: true })], onCanvas: true, enabled: canPaste, run: pasteMatte },
  { id: 'history.save', group: 'history', keys: [key('KeyS', { ctrl: true })], run: (desk) => attempt(desk, () => desk.session.saveAll()) },
  { id: 'history.submit', group: 'history', keys: [key('Enter', { ctrl: true })], enabled: canSubmit, run: (desk) => attempt(desk, () => advance(desk, 'submit')) },
  { id: 'history.keys', group: 'history', keys: [key('Slash', { shift: true })], run: (desk) => desk.set({ dialog: 'keys' }) },
]

function canUndo(desk: Desk): boolean {
  const { session } = desk
  const tried = openPolygon(desk) !== null || session.modifying.showing || session.asking.showing
  return editable(desk) && (tried || !!session.current?.history.canUndo)
}

/** What is only begun or tried is the newest. */
function undo(desk: Desk): void {
  const { modifying, asking } = desk.session
  if (!takeCornerBack(desk) && !modifying.cancel() && !asking.takeBack()) turn(desk, 'undo')
}

function turn(desk: Desk, way: 'undo' | 'redo'): void {
  desk.session.current?.[way]()
  desk.session.painted()
}

function canSubmit(desk: Desk): boolean {
  const stage = desk.session.task?.stage
  return !desk.session.readOnly && (stage === 'base' || stage === 'edges')
}

/** Save what is on the desk, then move the task on. */
export async function advance(desk: Desk, act: 'submit' | 'accept' | 'reopen'): Promise<void> {
  const { session } = desk
  if (!session.task) return
  await session.saveAll()
  const path = { params: { path: { id: session.task.id } } }
  session.put(await data(api.POST(`/api/tasks/{id}/${act}`, path)))
  desk.set({ dialog: null, blocked: [] })
  if (act === 'reopen') await session.claim()
}

export async function reject(desk: Desk, reason: string): Promise<void> {
  const { session } = desk
  if (!session.task) return
  await session.saveAll()
  const path = { params: { path: { id: session.task.id } } }
  session.put(await data(api.POST('/api/tasks/{id}/reject', { ...path, body: { reason } })))
  desk.set({ dialog: null })
}

/** Do it; a refusal is shown beside what it concerns, and nothing is lost. */
export async function attempt(desk: Desk, act: () => Promise<unknown>): Promise<void> {
  desk.set({ fault: null })
  try {
    await act()
  } catch (error) {
    if (error instanceof ApiError && error.code === 'not_acceptable')
      desk.set({ dialog: 'accept', blocked: error.detail.reasons as Blocking[] })
    else desk.set({ fault: faultOf(error) })
  }
}

export const ACTIONS: Action[] = [...tools, ...brush, ...views, ...timeline, ...work, ...history]

export function actionById(id: string): Action {
  return ACTIONS.find((action) => action.id === id)!
}

/** The action of a key press: by the key's place, so that a Chinese input method does not swallow it. */
export function actionOf(event: Pick<KeyboardEvent, 'code' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey'>): Action | undefined {
  if (event.altKey) return undefined
  const ctrl = event.ctrlKey || event.metaKey
  return ACTIONS.find((action) =>
    action.keys.some((k) => k.code === event.code && !!k.shift === event.shiftKey && !!k.ctrl === ctrl),
  )
}

/** ⇧1 … ⇧0: 10 … 100 %. */
export function opacityOf(code: string): number {
  const digit = Number(code.slice(-1))
  return (digit || 10) / 10
}

const NAMES: Record<string, string> = {
  BracketLeft: '[', BracketRight: ']', Comma: ',', Period: '.', Minus: '-', Equal: '=', Slash: '/', Backslash: '\\', Backquote: '`', Backspace: '⌫',
  Enter: '↵', Escape: 'Esc', Space: 'Space', PageUp: 'PgUp', PageDown: 'PgDn', ArrowLeft: '←', ArrowRight: '→', ArrowUp: '↑', ArrowDown: '↓',
} // prettier-ignore

export function keyName(k: Key): string {
  const name = NAMES[k.code] ?? k.code.replace(/^(Key|Digit)/, '')
  if (k.code === 'Slash' && k.shift) return '?'
  return `${k.ctrl ? 'Ctrl ' : ''}${k.shift ? '⇧' : ''}${name}`
}
