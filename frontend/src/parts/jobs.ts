/** How a job is named: its kind and what it works on. */
import { useTranslation } from 'react-i18next'
import type { Job } from '../api/activity'

export function useJobWords() {
  const { t } = useTranslation()
  return {
    kind: (job: Job) => t(`job_kind.${job.kind}`, { defaultValue: job.kind }),
    title: (job: Job) => `${t(`job_kind.${job.kind}`, { defaultValue: job.kind })} ${job.target.label}`.trim(),
    stage: (job: Job) => (job.stage ? t(`job_stage.${job.stage}`, { defaultValue: job.stage }) : ''),
    unit: (job: Job) => (job.unit ? t(`unit.${job.unit}`, { defaultValue: job.unit }) : ''),
  }
}
