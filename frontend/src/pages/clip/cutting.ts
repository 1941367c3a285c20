/** What can be done with the cuts at a place. A cut stands before its frame: it is the first frame of the later shot. */
import type { CutChange, Shot } from '../../api/queries'

/** The cut before this frame, if there is one. The first shot begins without a cut. */
export function cutAt(shots: readonly Shot[], frame: number): Shot | null {
  return frame > 0 ? (shots.find((shot) => shot.first === frame) ?? null) : null
}

/** Where a cut may go: after the first frame of the shot before it, up to the last frame of its own. */
export function moveRange(shots: readonly Shot[], cut: number): { from: number; to: number } | null {
  const later = shots.findIndex((shot) => shot.first === cut)
  if (later < 1) return null
  return { from: shots[later - 1]!.first + 1, to: shots[later]!.last }
}

/** The place nearest to a frame that the cut may go to. */
export function within(shots: readonly Shot[], cut: number, frame: number): number {
  const span = moveRange(shots, cut)
  return span ? Math.min(span.to, Math.max(span.from, frame)) : frame
}

export function mayMove(shots: readonly Shot[], cut: number, to: number): boolean {
  const span = moveRange(shots, cut)
  return span !== null && to !== cut && to >= span.from && to <= span.to
}

/** The next or previous cut seen from a frame; the ends of the clip where there is none. */
export function nextCut(shots: readonly Shot[], frame: number, step: 1 | -1, frames: number): number {
  const cuts = shots.map((shot) => shot.first).filter((first) => first > 0)
  if (step > 0) return cuts.find((cut) => cut > frame) ?? frames - 1
  return cuts.findLast((cut) => cut < frame) ?? 1
}

/** The frame under a pointer, drawn to a cut that is near: a hand cannot hit one frame in ten thousand. */
export function frameUnder(share: number, frames: number, shots: readonly Shot[], reach: number): number {
  const frame = Math.min(frames - 1, Math.max(1, Math.round(share * frames)))
  const near = shots.filter((shot) => shot.first > 0 && Math.abs(shot.first - share * frames) <= reach)
  near.sort((a, b) => Math.abs(a.first - share * frames) - Math.abs(b.first - share * frames))
  return near[0]?.first ?? frame
}

/** The change that undo would take back: the newest that still stands. */
export function undoable(changes: readonly CutChange[]): CutChange | null {
  return changes.find((change) => !change.undone_at) ?? null
}
