import { useTranslation } from 'react-i18next'
import type { Schemas } from '../../api/client'
import type { Show } from '../../api/queries'
import { Button } from '../../parts/Button'
import { Details } from '../../parts/Fault'
import { Icon } from '../../parts/Icon'
import { When } from '../../parts/When'
import { WatchedFile } from './WatchedFile'
import { counted, notice } from './watching'

type Watch = Schemas['Watch']

/** One place: when it was read, what stands in its way, and its files that are no good clips. */
export function WatchedPlace({ show, watch, onStop }: { show: Show; watch: Watch; onStop: () => void }) {
  const { t } = useTranslation('clips')
  return (
    <section className="card watched" aria-label={watch.place}>
      <div className="row">
        <Icon name={watch.fault_code ? 'warn' : 'eye'} tone={watch.fault_code ? 'warn' : 't3'} />
        <span className="b grow clip" title={watch.place}>{watch.place}</span>
        <Button size="s" kind="bare" onClick={onStop}>{t('watch.stop')}</Button>
      </div>
      <p className="s12 t3"><Read watch={watch} />{counted(watch).map(({ state, count }) => ` · ${t(`watch.state.${state}`, { count })}`)}</p>
      <Notice watch={watch} />
      {watch.files.length > 0 && (
        <ul className="s12 chosen">
          {watch.files.map((file) => <WatchedFile key={file.id} show={show} watch={watch} file={file} />)}
        </ul>
      )}
    </section>
  )
}

/** When it was last looked at; where that failed, also when it was last read. */
function Read({ watch }: { watch: Watch }) {
  const { t } = useTranslation('clips')
  if (!watch.looked_at) return t('watch.not_looked')
  return (
    <>
      {t('watch.looked')} <When at={watch.looked_at} />
      {watch.fault_code && <> · {watch.reached_at ? <>{t('watch.reached')} <When at={watch.reached_at} /></> : t('watch.never_reached')}</>}
    </>
  )
}

function Notice({ watch }: { watch: Watch }) {
  const { t } = useTranslation('clips')
  const what = notice(watch)
  if (!what) return null
  return (
    <div className={`s12 ${what === 'empty' ? 't2' : 'warn'}`}>
      <p>{t(`watch.notice.${what}`, { place: watch.place })}</p>
      {watch.fault_code && <Details text={watch.fault} />}
    </div>
  )
}
