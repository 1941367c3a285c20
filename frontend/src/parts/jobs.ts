/** How a job is named: its kind and what it works on. */
import { useTranslation } from 'react-i18next'
import type { Job } from '../api/activity'
import { bytes, count } from './format'

/** Amounts in the unit of a job: bytes as sizes, all else counted, with its word where there is one. */
export function measured(amounts: number[], unit: string, word = ''): string {
  if (unit === 'bytes') return amounts.map(bytes).join(' / ')
  return `${amounts.map(count).join(' / ')} ${word}`.trim()
}

export function useJobWords() {
  const { t } = useTranslation()
  const unit = (job: Job) => (job.unit ? t(`unit.${job.unit}`, { defaultValue: job.unit }) : '')
  return {
    kind: (job: Job) => t(`job_kind.${job.kind}`, { defaultValue: job.kind }),
    title: (job: Job) => `${t(`job_kind.${job.kind}`, { defaultValue: job.kind })} ${job.target.label}`.trim(),
    stage: (job: Job) => (job.stage ? t(`job_stage.${job.stage}`, { defaultValue: job.stage }) : ''),
    /** "1,204 / 32,940 frames", "12 MB / 1.3 GB" */
    steps: (job: Job) => measured([job.done, job.total], job.unit, unit(job)),
    all: (job: Job) => measured([job.done], job.unit, unit(job)),
    rate: (job: Job) => (job.rate ? `${measured([job.rate], job.unit, unit(job))}/${t('second')}` : ''),
  }
}
