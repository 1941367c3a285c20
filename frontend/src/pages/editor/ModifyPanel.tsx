/** The modify tool's numbers over the picture: tried at once, kept, and done again on the frames that follow. */
import { useEffect, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { isUnchanged, UNCHANGED, type Change } from '../../engine/modify/modify'
import type { Spreading } from '../../engine/modifying'
import { Button } from '../../parts/Button'
import { actionById, attempt, keepChange, keyName, sameOnNext } from './actions'
import { NumberField } from './NumberField'
import { useDesk, useDeskState, useSession } from './use'

interface Range {
  low: number
  high: number
  step: number
}

/** The slider reaches as far as is of use most of the time; the field beside it further. */
const RANGES: Record<keyof Change, Range & { far?: number }> = {
  grow: { low: -20, high: 20, step: 0.25, far: 50 },
  feather: { low: 0, high: 40, step: 1, far: 100 },
  smooth: { low: 0, high: 30, step: 1, far: 50 },
  islands: { low: 0, high: 2000, step: 20, far: 1e6 },
  holes: { low: 0, high: 2000, step: 20, far: 1e6 },
  black: { low: 0, high: 254, step: 1 },
  white: { low: 1, high: 255, step: 1 },
}
const NAMES = Object.keys(RANGES) as (keyof Change)[]

export function ModifyPanel() {
  const desk = useDesk()
  const session = useSession()
  const { t } = useTranslation('editor')
  const { modifying } = session

  // Another tool is taken up: what was only tried is not kept.
  useEffect(() => () => void modifying.cancel(), [modifying])

  const keys = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' && event.key !== 'Escape') return
    event.preventDefault()
    if (event.key === 'Enter') void keepChange(desk)
    else modifying.cancel()
    document.querySelector<HTMLElement>('.stage')?.focus({ preventScroll: true })
  }
  return (
    <section className="pop modify" aria-label={t('modify.title')} onKeyDown={keys}>
      {NAMES.map((name) => <Row key={name} name={name} />)}
      <div className="row">
        <Button size="s" kind="pri" keys="↵" why={modifying.showing ? null : t('modify.nothing')} onClick={() => void keepChange(desk)}>{t('modify.keep')}</Button>
        <Button size="s" keys="Esc" why={isUnchanged(modifying.change) ? t('modify.nothing') : null} onClick={() => modifying.cancel()}>{t('modify.reset')}</Button>
      </div>
      <hr />
      {modifying.spreading ? <Progress of={modifying.spreading} /> : <OnNext />}
    </section>
  )
}

function Row({ name }: { name: keyof Change }) {
  const { modifying, editable } = useSession()
  const { t } = useTranslation('editor')
  const { change } = modifying
  const { far, ...range } = RANGES[name]
  const reach = far === undefined ? range : { ...range, low: range.low < 0 ? -far : range.low, high: far }
  const put = (value: number) => {
    const next = { ...change, [name]: value }
    if (next.white > next.black) void modifying.set(next)
  }
  return (
    <div className={change[name] === UNCHANGED[name] ? 'dial' : 'dial on'} title={t(`modify.hint.${name}`)}>
      <span aria-hidden="true">{t(`modify.${name}`)}</span>
      <input type="range" tabIndex={-1} aria-hidden="true" disabled={!editable} value={change[name]} min={range.low} max={range.high} step={range.step} onChange={(event) => put(Number(event.target.value))} />
      <NumberField label={t(`modify.${name}`)} bare disabled={!editable} value={change[name]} {...reach} onChange={put} />
    </div>
  )
}

function OnNext() {
  const desk = useDesk()
  const session = useSession()
  const { nextFrames } = useDeskState()
  const { t } = useTranslation('editor')
  const { last, showing } = session.modifying
  return (
    <div className="row" title={t('modify.sameHint')}>
      <Button size="s" keys={keyName(actionById('work.sameNext').keys[0]!)} why={last || showing ? null : t('modify.first')} onClick={() => void attempt(desk, () => sameOnNext(desk))}>{t('modify.same')}</Button>
      <NumberField label={t('modify.frames')} behind value={nextFrames} low={1} high={300} disabled={!session.editable} onChange={(frames) => desk.set({ nextFrames: frames })} />
    </div>
  )
}

function Progress({ of: { done, total } }: { of: Spreading }) {
  const { modifying } = useSession()
  const { t } = useTranslation('editor')
  return (
    <div className="row">
      <progress max={total} value={done} aria-label={t('modify.spreading')} />
      <span className="grow" role="status">{t('modify.at', { done, total })}</span>
      <Button size="s" keys="Esc" onClick={() => modifying.cancel()}>{t('stop')}</Button>
    </div>
  )
}
