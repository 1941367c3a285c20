import { NumberInput, Select, Slider, Textarea, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import type { Schemas } from '../../api/client'
import { usePreview, useReleases, type Preview } from '../../api/queries'
import { useMe } from '../../api/session'
import { Button, useLacking } from '../../parts/Button'
import { Fault } from '../../parts/Fault'
import { count } from '../../parts/format'
import { Icon } from '../../parts/Icon'
import { Page } from '../../parts/Page'
import { Skeleton } from '../../parts/Waiting'
import { NoPermission } from '../missing/NoPermission'
import { useReleaseActs } from './acts'
import { Findings } from './Findings'
import { draftFault, nextVersion } from './drafting'
import { share, SplitBar } from './SplitBar'

export function NewReleasePage() {
  const { t } = useTranslation('releases')
  const lacking = useLacking('lead')
  return lacking ? <Page title={t('new')}><NoPermission needs="lead" /></Page> : <Form />
}

function Form() {
  const { t } = useTranslation('releases')
  const projects = useMe().data?.projects ?? []
  const releases = useReleases().data ?? []
  const navigate = useNavigate()
  const { make } = useReleaseActs()
  const [draft, setDraft] = useState({ project: projects[0]?.id ?? '', name: 'drama-matte', version: '', val: 0.2, notes: '' })
  const [asked] = useDebouncedValue({ project: draft.project, val: draft.val }, 250)
  const preview = usePreview(asked.project ? { project: asked.project, formats: ['davis2017'], split: { val: asked.val } } : null)
  const version = draft.version || nextVersion(releases, draft.name)
  const fault = draftFault({ name: draft.name, version }, releases)
  const blockers = preview.data?.blockers.length ?? 0
  const why = fault ? t(`fault.${fault}`) : !preview.data ? t('preview_first') : blockers ? t('blocked', { count: blockers }) : null
  const build = () => {
    const body: Schemas['NewReleaseRequest'] = {
      project: draft.project, name: draft.name, version, notes: draft.notes, formats: ['davis2017'], split: { val: draft.val },
    }
    make.mutate(body, { onSuccess: ({ id }) => void navigate(`/releases/${id}`) })
  }
  return (
    <Page title={t('new')} sub={t('new_sub')} actions={
      <Button kind="pri" icon="pack" why={make.isPending ? t('common:working') : why} onClick={build}>{t('build', { version })}</Button>
    }>
      <div className="two-thirds">
        <div className="col" style={{ gap: 12 }}>
          <Step n={1} title={t('step.name')} done={!fault}>
            <div className="row top wrap" style={{ gap: 12 }}>
              <TextInput label={t('name')} value={draft.name} w={240} onChange={(event) => setDraft({ ...draft, name: event.currentTarget.value })} />
              <TextInput label={t('version')} value={version} w={120} onChange={(event) => setDraft({ ...draft, version: event.currentTarget.value })} />
              {projects.length > 1 && (
                <Select label={t('project')} value={draft.project} data={projects.map(({ id, name }) => ({ value: id, label: name }))}
                  onChange={(project) => setDraft({ ...draft, project: project ?? '' })} />
              )}
              <Textarea label={t('notes')} value={draft.notes} autosize minRows={1} maxRows={4} style={{ flex: 1, minWidth: 220 }}
                onChange={(event) => setDraft({ ...draft, notes: event.currentTarget.value })} />
            </div>
            {fault && <p className="s12 bad">{t(`fault.${fault}`)}</p>}
          </Step>
          <Step n={2} title={t('step.content')} sub={t('step.content_sub')} done={!!preview.data?.frames}><Content preview={preview.data} /></Step>
          <Step n={3} title={t('step.splits')} sub={preview.data && t('step.splits_sub', { policy: t(`policy.${preview.data.policy}`) })} done={!!preview.data?.frames}>
            <ValShare value={draft.val} onChange={(val) => setDraft({ ...draft, val })} />
            {preview.data && preview.data.frames > 0 && <SplitBar splits={preview.data.splits} />}
          </Step>
          <Step n={4} title={t('step.blockers')} done={!!preview.data && blockers === 0}>
            {preview.data && <Findings blockers={preview.data.blockers} notices={preview.data.notices} />}
          </Step>
          {preview.error && <Fault error={preview.error} retry={() => void preview.refetch()} />}
          {make.error && <Fault error={make.error} />}
        </div>
        <aside className="col" style={{ gap: 12 }}>
          <section className="card"><header><h2>{t('format')}</h2></header><div className="pad col">
            <div className="row wrap"><span className="chk on"><Icon name="check" /></span><b className="nowrap">DAVIS 2017</b><span className="s12 t3">{t('davis')}</span></div>
            <p className="s12 t2">{t('format_text')}</p>
          </div></section>
          <section className="card"><header><h2>{t('then')}</h2></header><div className="pad"><p className="s12 t2">{t('then_text')}</p></div></section>
        </aside>
      </div>
    </Page>
  )
}

function Step({ n, title, sub, done, children }: { n: number; title: string; sub?: string; done: boolean; children: ReactNode }) {
  return (
    <section className="card" aria-label={title}>
      <header><span className={`step ${done ? 'done' : 'on'}`}>{done ? <Icon name="check" /> : n}</span><h2>{title}</h2><span className="s12 t3">{sub}</span></header>
      <div className="pad col">{children}</div>
    </section>
  )
}

function Content({ preview }: { preview: Preview | undefined }) {
  const { t } = useTranslation('releases')
  if (!preview) return <Skeleton rows={1} height={20} what={t('step.content')} />
  return (
    <div className="row wrap" style={{ gap: 20 }}>
      {(['shows', 'clips', 'shots', 'frames', 'masks'] as const).map((key) => (
        <span key={key}><b className="figure">{count(preview[key])}</b> <span className="s12 t3">{t(`what.${key}`, { count: preview[key] })}</span></span>
      ))}
    </div>
  )
}

/** The wanted share of val: by slider, or exactly by number. */
function ValShare({ value, onChange }: { value: number; onChange: (value: number) => void }) {
  const { t } = useTranslation('releases')
  const label = t('val_share')
  return (
    <div className="row" style={{ gap: 16 }}>
      <span className="s12 t2 nowrap">{label}</span>
      <Slider style={{ flex: 1, maxWidth: 360 }} size="sm" min={0} max={0.5} step={0.05} value={value} onChange={onChange} label={share} thumbLabel={label} />
      <NumberInput aria-label={label} w={84} size="xs" min={0} max={90} suffix="%" value={Math.round(value * 1000) / 10}
        onChange={(percent) => onChange(Math.min(0.9, Math.max(0, Number(percent) / 100 || 0)))} />
    </div>
  )
}
