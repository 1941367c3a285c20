import { Select } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useMe } from '../../api/session'

/** Which project, for those who have several; nothing to ask of all others. */
export function ProjectSelect({ value, onChange }: { value: string; onChange: (project: string) => void }) {
  const { t } = useTranslation('clips')
  const projects = useMe().data?.projects ?? []
  if (projects.length < 2) return null
  return <Select label={t('project')} value={value} data={projects.map(({ id, name }) => ({ value: id, label: name }))} onChange={(project) => project && onChange(project)} />
}
