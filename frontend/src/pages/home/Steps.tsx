import { useTranslation } from 'react-i18next'
import type { Schemas } from '../../api/client'
import { ButtonLink } from '../../parts/Button'
import { Icon } from '../../parts/Icon'
import { editUrl } from '../clip/ShotGrid'
import { StepPicture, type StepView } from './StepPicture'

type Step = Schemas['Step']

const VIEW: Record<Step['key'], StepView> = { mend: 'overlay', review: 'composite', release: 'matte' }

/** Mend a frame, review a shot, make a release: each done once is ticked, the next one is marked. */
export function Steps({ steps }: { steps: readonly Step[] }) {
  const next = steps.find((step) => !step.done)
  return <div className="thirds">{steps.map((step, index) => <Card key={step.key} step={step} n={index + 1} next={step === next} shown={shotOf(step, steps)} />)}</div>
}

/** The shot whose matte lies over the picture; a release has none of its own. */
function shotOf(step: Step, steps: readonly Step[]): string | null {
  return step.shot ?? steps.find((other) => other.shot && other.thumb === step.thumb)?.shot ?? null
}

function Card({ step, n, next, shown }: { step: Step; n: number; next: boolean; shown: string | null }) {
  const { t } = useTranslation('home')
  const kind = next ? 'pri' : undefined
  return (
    <section className={`card stepcard${next ? ' next' : ''}`} aria-label={t(`step.${step.key}.title`)}>
      <StepPicture thumb={step.thumb} shot={shown} view={VIEW[step.key]} />
      <div className="col stepcard-text">
        <div className="row">
          <span className={`step ${step.done ? 'done' : next ? 'on' : ''}`}>{step.done ? <Icon name="check" /> : n}</span>
          <h2 className="object">{t(`step.${step.key}.title`)}</h2>
          <span className="grow" />
          <span className="s12 t3 nowrap">{step.done ? t('step.done') : t(`step.${step.key}.time`)}</span>
        </div>
        <p className="t2">{t(`step.${step.key}.text`)}</p>
        <div className="push-down"><Way step={step} kind={kind} /></div>
      </div>
    </section>
  )
}

function Way({ step, kind }: { step: Step; kind: 'pri' | undefined }) {
  const { t } = useTranslation('home')
  if (step.key === 'release') return <ButtonLink kind={kind} size="xl" to="/releases/new">{t('step.release.act')}</ButtonLink>
  if (step.shot) return <ButtonLink kind={kind} size="xl" to={editUrl(step.shot, step.task)}>{t(`step.${step.key}.act`)}</ButtonLink>
  return <ButtonLink kind={kind} size="xl" to={step.key === 'review' ? '/tasks?tab=review' : '/clips'}>{t(`step.${step.key}.elsewhere`)}</ButtonLink>
}
