import { useTranslation } from 'react-i18next'
import type { Clip } from '../../api/queries'
import { Details, useRefusal } from '../../parts/Fault'

/** Why a clip was not decoded, in one sentence. */
export function useReason(): (clip: Clip) => string {
  const { t } = useTranslation('clips')
  const refusal = useRefusal()
  return ({ fault }) => (fault ? refusal(fault.code, fault.message, (fault.detail ?? {}) as Record<string, unknown>) : t('state.failed'))
}

/** What the server found in the file: figures and names that the sentence leaves out. */
export function ReasonDetails({ clip: { fault } }: { clip: Clip }) {
  return fault && <Details text={[fault.code, fault.message, fault.job].filter(Boolean).join(' · ')} />
}
