import { fullTime, moment } from './format'
import { useLanguage } from '../i18n'

/** A short date; the full time with zone on hover. */
export function When({ at }: { at: string }) {
  const language = useLanguage()
  return <time dateTime={at} title={fullTime(at)}>{moment(at, language)}</time>
}
