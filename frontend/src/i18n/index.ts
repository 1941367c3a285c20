/** Both languages, one JSON file a page and language; the file's name is the namespace. */
import i18next from 'i18next'
import { initReactI18next, useTranslation } from 'react-i18next'
import type { Language } from '../parts/format'

const KEPT = 'koutu.language'
const files = import.meta.glob<Record<string, unknown>>('./*/*.json', { eager: true, import: 'default' })

function resources(): Record<string, Record<string, Record<string, unknown>>> {
  const found: Record<string, Record<string, Record<string, unknown>>> = {}
  for (const [path, words] of Object.entries(files)) {
    const [, language, namespace] = /\.\/([^/]+)\/([^/]+)\.json$/.exec(path)!
    ;(found[language!] ??= {})[namespace!] = words
  }
  return found
}

/** The language chosen on this machine before, else the browser's: Chinese where it asks for any Chinese. */
export function firstLanguage(): Language {
  const kept = localStorage.getItem(KEPT)
  if (kept === 'en' || kept === 'zh-CN') return kept
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en'
}

export function startWords(): void {
  const language = firstLanguage()
  document.documentElement.lang = language
  void i18next.use(initReactI18next).init({
    resources: resources(),
    lng: language,
    fallbackLng: false,
    defaultNS: 'common',
    interpolation: { escapeValue: false },
    initAsync: false,
    react: { useSuspense: false },
  })
}

let wished: Language | null = null

/** A choice made before anybody is logged in; it becomes the person's own at log-in. */
export function wish(language: Language): void {
  wished = language
}

export function takeWish(): Language | null {
  const taken = wished
  wished = null
  return taken
}

export function speak(language: Language): void {
  localStorage.setItem(KEPT, language)
  document.documentElement.lang = language
  if (i18next.language !== language) void i18next.changeLanguage(language)
}

export function useLanguage(): Language {
  return useTranslation().i18n.language === 'en' ? 'en' : 'zh-CN'
}
