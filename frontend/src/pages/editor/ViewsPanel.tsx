/** How one looks: view, strength, backdrop, light. */
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { isUnfiltered, REACHES, UNFILTERED } from '../../engine/filters'
import { BACKDROPS, MODES } from '../../engine/paint'
import { Button } from '../../parts/Button'
import { actionById, keyName } from './actions'
import { NumberField } from './NumberField'
import { useDesk, useDeskState } from './use'

export function ViewsPanel() {
  const desk = useDesk()
  const state = useDeskState()
  const { t } = useTranslation('editor')
  return (
    <section className="sec" aria-label={t('views')}>
      <header>
        <h3>{t('views')}</h3>
        <span className="sp s12 t3">{t('holdHint')}</span>
      </header>
      <div className="views">
        {MODES.map((mode) => (
          <button key={mode} className={desk.mode === mode ? 'on' : ''} aria-pressed={desk.mode === mode} onClick={() => desk.set({ mode })}>
            <em>{keyName(actionById(`view.${mode}`).keys[0]!)}</em>
            {t(`mode_${mode}`)}
          </button>
        ))}
        <button className={state.onion ? 'on' : ''} aria-pressed={state.onion} title={t('action.view.onion')} onClick={() => desk.set({ onion: !state.onion })}>
          <em>{keyName(actionById('view.onion').keys[0]!)}</em>
          {t('onion.one')}
        </button>
      </div>
      <label className="row s12 t2" style={{ marginTop: 8 }}>
        {t('strength')}
        <input className="grow" type="range" min={5} max={95} value={Math.round(state.strength * 100)} onChange={(event) => desk.set({ strength: Number(event.target.value) / 100 })} />
        {Math.round(state.strength * 100)}%
      </label>
      <Backdrops />
      <Compared />
      <Light />
    </section>
  )
}

function Backdrops() {
  const desk = useDesk()
  const { backdrop: chosen } = useDeskState()
  const { t } = useTranslation('editor')
  return (
    <div className="row s12 t2" style={{ marginTop: 6 }} role="group" aria-label={t('backdrop')}>
      <span className="grow">{t('backdrop')}</span>
      <span className="bgs">
        {BACKDROPS.map((backdrop) => (
          <button
            key={backdrop}
            className={`${backdrop === chosen ? 'on' : ''} ${backdrop === 'checker' ? 'checker' : ''}`}
            style={backdrop === 'checker' ? undefined : { background: backdrop }}
            title={t(`backdrop_${backdrop.replace('#', '')}`)}
            aria-label={`${t('backdrop')} ${t(`backdrop_${backdrop.replace('#', '')}`)}`}
            aria-pressed={backdrop === chosen}
            onClick={() => desk.set({ backdrop, mode: 'comp' })}
          />
        ))}
        <OwnBackdrop />
      </span>
    </div>
  )
}

/** One picture, or several as a moving plate; none of them leaves the browser. */
function OwnBackdrop() {
  const desk = useDesk()
  const { backdrop } = useDeskState()
  const { t } = useTranslation('editor')
  const field = useRef<HTMLInputElement>(null)
  const on = backdrop === 'own'
  const act = () => (desk.plate.there && !on ? desk.set({ backdrop: 'own', mode: 'comp' }) : field.current!.click())
  return (
    <>
      <button className={on ? 'own on' : 'own'} title={t('ownBackdrop.hint')} aria-label={t('ownBackdrop.choose')} aria-pressed={on} onClick={act} />
      <input
        ref={field}
        type="file"
        hidden
        multiple
        accept="image/*"
        onChange={({ target }) => {
          if (!target.files?.length) return
          desk.plate.take([...target.files])
          desk.set({ backdrop: 'own', mode: 'comp' })
          target.value = '' // so that the same file can be chosen again
        }}
      />
    </>
  )
}

/** What the difference is taken from. */
function Compared() {
  const desk = useDesk()
  const { against, mode } = useDeskState()
  const { t } = useTranslation('editor')
  return (
    <div className="row s12 t2" style={{ marginTop: 6 }} role="group" aria-label={t('against.label')}>
      <span className="grow">{t('against.label')}</span>
      <span className="seg s">
        {(['prelabel', 'previous'] as const).map((one) => {
          const on = mode === 'diff' && against === one
          return (
            <button key={one} className={on ? 'on' : ''} aria-pressed={on} onClick={() => desk.set({ against: one, mode: 'diff' })}>
              {t(`against.${one}`)}
            </button>
          )
        })}
      </span>
    </div>
  )
}

function Light() {
  const desk = useDesk()
  const { filters } = useDeskState()
  const { t } = useTranslation('editor')
  const put = (change: Partial<typeof filters>) => desk.set({ filters: { ...filters, ...change } })
  const plain = isUnfiltered(filters)
  return (
    <details className="light s12 t2">
      <summary>
        {t('light.title')}
        {!plain && <span className="chip warn">{t('light.on')}</span>}
      </summary>
      {(['brightness', 'contrast', 'gamma'] as const).map((name) => (
        <div key={name} className={filters[name] === UNFILTERED[name] ? 'dial' : 'dial on'}>
          <span aria-hidden="true">{t(`light.${name}`)}</span>
          <input type="range" tabIndex={-1} aria-hidden="true" {...range(name)} value={filters[name]} onChange={(event) => put({ [name]: Number(event.target.value) })} />
          <NumberField label={t(`light.${name}`)} bare value={filters[name]} {...REACHES[name]} onChange={(value) => put({ [name]: value })} />
        </div>
      ))}
      <div className="row">
        {(['log', 'denoise'] as const).map((name) => (
          <label key={name} className="row tight">
            <input type="checkbox" checked={filters[name]} onChange={(event) => put({ [name]: event.target.checked })} />
            {t(`light.${name}`)}
          </label>
        ))}
        <span className="grow" />
        <Button size="s" why={plain ? t('light.plain') : null} onClick={() => desk.set({ filters: UNFILTERED })}>{t('light.reset')}</Button>
      </div>
      <p className="t3">{t('light.note')}</p>
    </details>
  )
}

function range(name: keyof typeof REACHES) {
  const { low, high, step } = REACHES[name]
  return { min: low, max: high, step }
}
