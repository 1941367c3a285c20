import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useHome } from '../../api/queries'
import { Button, useLacking } from '../../parts/Button'
import { Page } from '../../parts/Page'
import { notYet } from '../../parts/Waiting'
import { DropAnywhere } from '../clips/DropAnywhere'
import { UploadDialog } from '../clips/UploadDialog'
import { UploadDock } from '../clips/UploadDock'
import { Machine } from './Machine'
import { OwnClips } from './OwnClips'
import { Steps } from './Steps'

const GUIDE = 'koutu.guide'

/** First start: three steps once through, own clips, this machine. */
export function HomePage() {
  const { t } = useTranslation('home')
  const home = useHome()
  const lacking = useLacking('annotator')
  const [files, setFiles] = useState<File[] | null>(null)
  const [guide, setGuide] = useState(localStorage.getItem(GUIDE) !== 'off')
  const show = (on: boolean) => {
    localStorage.setItem(GUIDE, on ? 'on' : 'off')
    setGuide(on)
  }
  return (
    <Page title={guide ? t('welcome') : t('title')} sub={guide ? t('sub') : undefined} actions={
      <Button kind="bare" onClick={() => show(!guide)}>{guide ? t('hide_guide') : t('show_guide')}</Button>
    }>
      <UploadDock />
      {notYet(home, 2, 300, t('title')) ?? (
        <div className="col" style={{ gap: 16 }}>
          {guide && <Steps steps={home.data!.steps} />}
          <div className="halves">
            <OwnClips onFiles={setFiles} />
            <Machine lines={home.data!.machine} />
          </div>
        </div>
      )}
      {!lacking && <DropAnywhere text={t('clips:drop_here')} onFiles={setFiles} />}
      {files && <UploadDialog files={files} onClose={() => setFiles(null)} />}
    </Page>
  )
}
