/** Which tasks stand where in the queue. */
import type { Task } from '../../api/queries'

export type Tab = 'annotate' | 'review' | 'accepted'

const TABS: Record<Tab, readonly string[]> = {
  annotate: ['base', 'edges', 'prelabel'],
  review: ['review'],
  accepted: ['accepted'],
}

export interface Wanted {
  tab: Tab
  show: string
  /** Only those that I hold. */
  mine: boolean
  me: string
}

export function inTab(tasks: readonly Task[], tab: Tab): Task[] {
  return tasks.filter((task) => TABS[tab].includes(task.stage))
}

/** The tasks of a tab, under the filters; the rejected first, then one's own, then as they come. */
export function queue(tasks: readonly Task[], wanted: Wanted, now: number): Task[] {
  const shown = inTab(tasks, wanted.tab)
    .filter((task) => !wanted.show || task.show === wanted.show)
    .filter((task) => !wanted.mine || heldBy(task, wanted.me, now))
  const rank = (task: Task) => (heldBy(task, wanted.me, now) ? 0 : task.rejected ? 1 : task.stage === 'prelabel' ? 3 : 2)
  return shown.map((task, index) => ({ task, index }))
    .sort((a, b) => rank(a.task) - rank(b.task) || a.index - b.index)
    .map(({ task }) => task)
}

/** Whether the person has a live lease on the task. */
export function heldBy(task: Task, person: string, now: number): boolean {
  return task.holder?.id === person && isHeld(task, now)
}

export function isHeld(task: Task, now: number): boolean {
  return task.holder !== null && task.lease_until !== null && Date.parse(task.lease_until) > now
}

/** What to offer first: the server's choice, else the first that one may take and has not passed over. */
export function offered(next: Task | null, queued: readonly Task[], passed: ReadonlySet<string>, me: string, now: number): Task | null {
  const free = (task: Task) => task.stage !== 'prelabel' && !passed.has(task.id) && (!isHeld(task, now) || heldBy(task, me, now))
  if (next && free(next) && queued.some((task) => task.id === next.id)) return next
  return queued.find(free) ?? null
}
