/** What went wrong, beside the thing that failed: what happened, what to do, a code to copy. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError, Unreachable } from '../api/client'
import { Button } from './Button'
import { bytes } from './format'
import { Icon } from './Icon'
import { toast } from './toasts'

/** The sentence for a refusal: by its code in the person's language, else what the server said. */
export function useRefusal(): (code: string, message: string, detail?: Record<string, unknown>) => string {
  const { t } = useTranslation('errors')
  return (code, message, detail) => t(code, { ...inBytes(detail), context: detail?.needed ? 'facts' : undefined, defaultValue: message || t('unknown') })
}

/** How much room was wanted and is there, as a person reads it; all else as it is. */
function inBytes(detail: Record<string, unknown> = {}): Record<string, unknown> {
  const sizes = ['used', 'quota', 'needed'].filter((key) => typeof detail[key] === 'number')
  return { ...detail, ...Object.fromEntries(sizes.map((key) => [key, bytes(detail[key] as number)])) }
}

export function useSentence(): (error: unknown) => string {
  const { t } = useTranslation('errors')
  const refusal = useRefusal()
  return (error) => {
    if (error instanceof ApiError) return refusal(error.code, error.message, error.detail)
    if (error instanceof Unreachable) return t('unreachable')
    return t('unknown')
  }
}

/** The line that a person can send to whoever looks after the server. */
export function faultCode(error: unknown): string {
  const name = error instanceof ApiError ? `${error.code} ${error.status}` : String(error)
  return `${name} · ${location.pathname} · ${new Date().toISOString()}`
}

export function Fault({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useTranslation()
  const sentence = useSentence()
  return (
    <div className="note bad" role="alert">
      <Icon name="err" />
      <div className="grow">
        <div>{sentence(error)}</div>
        <Details text={faultCode(error)} />
      </div>
      {retry && <Button size="s" icon="retry" onClick={retry}>{t('try_again')}</Button>}
    </div>
  )
}

/** A code to copy, folded away under "Details". */
export function Details({ text }: { text: string }) {
  const { t } = useTranslation()
  const [at] = useState(text)
  const copy = async () => {
    await navigator.clipboard.writeText(at)
    toast(t('copied'))
  }
  return (
    <details className="fault-details">
      <summary>{t('details')}</summary>
      <span className="row tight">
        <code className="mono">{at}</code>
        {navigator.clipboard && <Button kind="bare" size="s" icon="copy" label={t('copy')} onClick={() => void copy()} />}
      </span>
    </details>
  )
}
