import { useTranslation } from 'react-i18next'
import { useMe, usePreferences } from '../api/session'
import { speak, wish } from '../i18n'
import type { Language } from './format'

/** 中 / EN: kept on this machine and with the person. */
export function LanguageSwitch() {
  const { t } = useTranslation()
  const me = useMe().data
  const preferences = usePreferences()
  const choose = (language: Language) => {
    speak(language)
    if (me) preferences.mutate({ language })
    else wish(language)
  }
  return (
    <span className="lang" role="group" aria-label={t('language')}>
      <button type="button" data-l="zh-CN" lang="zh-CN" aria-label="中文" onClick={() => choose('zh-CN')}>中</button>
      <button type="button" data-l="en" lang="en" aria-label="English" onClick={() => choose('en')}>EN</button>
    </span>
  )
}
