import { useTranslation } from 'react-i18next'
import { FilePick } from '../clips/FilePick'

const WAY = ['decode', 'cut', 'find', 'prelabel', 'yours'] as const

export function OwnClips({ onFiles }: { onFiles: (files: File[]) => void }) {
  const { t } = useTranslation('home')
  return (
    <section className="card" aria-label={t('own.title')}>
      <header><h2>{t('own.title')}</h2></header>
      <div className="pad col">
        <FilePick onFiles={onFiles} />
        <div className="s12 t2"><span className="t3">{t('own.then')}</span> {WAY.map((step) => t(`own.${step}`)).join(' → ')}</div>
        <div className="s12 t2 row tight wrap"><span className="t3">{t('own.command')}</span><code className="mono">manage.py ingest ~/clips --show "{t('own.show')}"</code></div>
      </div>
    </section>
  )
}
