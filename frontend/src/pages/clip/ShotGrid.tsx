import type { TFunction } from 'i18next'
import { useState, type PointerEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useFileStore } from '../../api/fileStore'
import type { Clip, Shot, Task } from '../../api/queries'
import { useLanguage } from '../../i18n'
import { aspect, frameUrl, stripUrl } from '../../parts/Filmstrip'
import { duration, range, shotNumber } from '../../parts/format'
import { ServerImage } from '../../parts/ServerImage'
import { shownState, StateMark } from '../../parts/StateMark'

const CELLS = 8

export function ShotGrid({ clip, shots, tasks }: { clip: Clip; shots: readonly Shot[]; tasks: readonly Task[] }) {
  const { t } = useTranslation('clip')
  return (
    <section aria-label={t('shots')}>
      <div className="row" style={{ marginBottom: 8 }}>
        <h2>{t('shots')}</h2>
        <span className="s12 t3">{t('shots_sub', { count: shots.length })}</span>
      </div>
      <div className="shotgrid">
        {shots.map((shot) => (
          <ShotCard key={shot.id} clip={clip} shot={shot} tasks={tasks.filter((task) => task.shot === shot.id)} />
        ))}
      </div>
    </section>
  )
}

function ShotCard({ clip, shot, tasks }: { clip: Clip; shot: Shot; tasks: readonly Task[] }) {
  const { t } = useTranslation('clip')
  const language = useLanguage()
  const frames = shot.last - shot.first + 1
  const seconds = clip.frames ? (frames * clip.duration) / clip.frames : 0
  const open = tasks.find((task) => task.stage !== 'accepted') ?? tasks[0]
  return (
    <article className="card shotcard">
      <Link to={editUrl(shot.id, open?.id)} aria-label={t('open_shot', { number: shotNumber(shot.number) })}>
        <Scrubbed clip={clip} shot={shot} />
        <span className="shotcard-text">
          <span className="row">
            <b>{t('shot', { number: shotNumber(shot.number) })}</b>
            <span className="grow" />
            <StateMark state={shownState(shot.state, tasks.some((task) => task.rejected))} />
          </span>
          <span className="s12 t3 block">{t('frames', { range: range(shot.first, shot.last) })} · {duration(seconds, language)}</span>
          <span className="row tight">
            <Faces shot={shot} />
            <span className="s12 t3">{shot.subjects ? t('people', { count: shot.subjects }) : t(shot.state === 'prelabel' ? 'waits_for_prelabel' : 'nobody')}{held(tasks, t)}</span>
          </span>
        </span>
      </Link>
      {tasks.length > 1 && <Spans shot={shot} tasks={tasks} />}
    </article>
  )
}

const SHOWN = 5

/** Who is in the shot, by their heads; one without a mask yet is its number. */
function Faces({ shot }: { shot: Shot }) {
  const { epoch } = useFileStore()
  if (!shot.people.length) return null
  return (
    <span className="faces">
      {shot.people.slice(0, SHOWN).map((one) => <Face key={`${one.id} ${epoch}`} person={one} />)}
      {shot.people.length > SHOWN && <span className="face s12 t3">+{shot.people.length - SHOWN}</span>}
    </span>
  )
}

function Face({ person }: { person: Shot['people'][number] }) {
  const [bare, setBare] = useState(false)
  const label = person.name || `#${person.number}`
  return (
    <span className="face s12" title={label} style={{ borderColor: `var(--s${person.colour})` }}>
      {bare ? person.number : <img src={`/api/subjects/${person.id}/face`} alt={label} loading="lazy" onError={() => setBare(true)} />}
    </span>
  )
}

function held(tasks: readonly Task[], t: TFunction<'clip'>): string {
  const holder = tasks.find((task) => task.holder)?.holder
  return holder ? ` · ${t('held_by', { name: holder.name })}` : ''
}

export function editUrl(shot: string, task?: string | null): string {
  return `/edit/${shot}${task ? `?task=${task}` : ''}`
}

/** Long shots are worked on in spans: each opens by itself. */
function Spans({ shot, tasks }: { shot: Shot; tasks: readonly Task[] }) {
  return (
    <div className="row tight s12 shotcard-spans">
      {tasks.map((task) => (
        <Link key={task.id} className="chip" to={`${editUrl(shot.id, task.id)}&frame=${task.first}`}>{range(task.first, task.last)}</Link>
      ))}
    </div>
  )
}

/** The shot's middle frame, sharp; moving over it goes through small pictures of the shot. */
function Scrubbed({ clip, shot }: { clip: Clip; shot: Shot }) {
  const { epoch } = useFileStore()
  const cells = Math.min(CELLS, shot.last - shot.first + 1)
  const middle = Math.floor(cells / 2)
  const [cell, setCell] = useState<number | null>(null)
  const over = (event: PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect()
    setCell(Math.min(cells - 1, Math.max(0, Math.floor(((event.clientX - box.left) / box.width) * cells))))
  }
  return (
    <span key={epoch} className="scrubbed" onPointerMove={over} onPointerLeave={() => setCell(null)} style={{
      aspectRatio: aspect(clip),
      backgroundImage: `url(${stripUrl(clip.id, shot.first, shot.last, cells, 120)})`,
      backgroundSize: `${cells * 100}% 100%`,
      backgroundPositionX: cells > 1 ? `${((cell ?? middle) / (cells - 1)) * 100}%` : 0,
    }}>
      {/* It goes as soon as one points there: were it what is pressed (app.css), a quick click would be lost with it. */}
      {cell === null && <ServerImage src={frameUrl(clip.id, Math.floor((shot.first + shot.last) / 2))} alt="" loading="lazy" />}
    </span>
  )
}
