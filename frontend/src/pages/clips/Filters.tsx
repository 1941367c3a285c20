import { Select } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Clip } from '../../api/queries'
import { Button } from '../../parts/Button'
import { count } from '../../parts/format'
import { Icon } from '../../parts/Icon'
import { StateMark, STATES } from '../../parts/StateMark'
import { EVERYTHING, FILTER_RIGHTS, FILTER_STATES, totals, type Filter } from './filtering'

interface FiltersProps {
  filter: Filter
  onChange: (filter: Filter) => void
  clips: readonly Clip[]
}

/** Search, state, deleted; at the right the legend with frames by state. */
export function Filters({ filter, onChange, clips }: FiltersProps) {
  const { t } = useTranslation('clips')
  const sum = totals(clips)
  const any = filter.words !== '' || filter.state !== 'all' || filter.rights !== 'all' || filter.deleted
  return (
    <div className="row filters" role="search">
      <label className="field search">
        <Icon name="search" tone="t3" />
        <input type="search" value={filter.words} placeholder={t('search')} aria-label={t('search')}
          onChange={(event) => onChange({ ...filter, words: event.currentTarget.value })} />
      </label>
      <Select w={150} size="xs" maxDropdownHeight={400} aria-label={t('state_filter')} value={filter.state}
        data={FILTER_STATES.map((value) => ({ value, label: t(`state.${value}`) }))}
        onChange={(value) => onChange({ ...filter, state: (value ?? 'all') as Filter['state'] })} />
      <Select w={120} size="xs" aria-label={t('rights_filter')} value={filter.rights}
        data={FILTER_RIGHTS.map((value) => ({ value, label: t(`rights.${value}`) }))}
        onChange={(value) => onChange({ ...filter, rights: value ?? 'all' })} />
      <Button kind="bare" pressed={filter.deleted} onClick={() => onChange({ ...filter, deleted: !filter.deleted })}>
        {t('deleted')}
      </Button>
      {any && (
        <Button kind="bare" icon="x" onClick={() => onChange({ ...EVERYTHING, sort: filter.sort })}>
          {t('clear_filters')}
        </Button>
      )}
      <span className="grow" />
      <span className="row s12 legend" title={t('legend')}>
        {STATES.map((state) => <StateMark key={state} state={state} count={count(sum[state])} />)}
      </span>
    </div>
  )
}
