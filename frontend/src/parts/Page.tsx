import { useEffect, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useFileStore } from '../api/fileStore'
import { Icon } from './Icon'
import { LanguageSwitch } from './LanguageSwitch'
import { PersonMenu } from './PersonMenu'

interface PageProps {
  title: string
  /** What the heading shows where it is more than the title: a path of links. */
  heading?: ReactNode
  sub?: ReactNode
  actions?: ReactNode
  children: ReactNode
}

/** The head and the body of every page inside the shell. */
export function Page({ title, heading, sub, actions, children }: PageProps) {
  const { t } = useTranslation()
  useEffect(() => {
    document.title = `${title} · ${t('app')}`
  }, [title, t])
  return (
    <>
      <header className="head">
        <h1>{heading ?? title}</h1>
        {sub && <span className="s12 t3 clip">{sub}</span>}
        <span className="grow" />
        {actions}
        <LanguageSwitch />
        <PersonMenu />
      </header>
      <main className="page" id="page" tabIndex={-1}><StoreNote />{children}</main>
    </>
  )
}

/** One word for all pictures of the page that do not come. */
function StoreNote() {
  const { t } = useTranslation()
  if (!useFileStore().down) return null
  return <div className="note warn store-note" role="alert"><Icon name="warn" />{t('store_down')}</div>
}
