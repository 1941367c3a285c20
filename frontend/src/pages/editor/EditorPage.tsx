/** The canvas: opens a shot, claims its task, and lays everything out. */
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useParams, useSearchParams } from 'react-router'
import { api, data } from '../../api/client'
import { useMe } from '../../api/session'
import { Session, type Shot } from '../../engine/session'
import { Fault } from '../../parts/Fault'
import { Desk } from './desk'
import { Dialogs } from './Dialogs'
import './editor.css'
import { OptionsBar } from './OptionsBar'
import { SidePanel } from './SidePanel'
import { Stage } from './Stage'
import { StatusBar } from './StatusBar'
import { Timeline } from './Timeline'
import { ToolRail } from './ToolRail'
import { TopBar } from './TopBar'
import { DeskContext, useDeskState } from './use'
import { useKeys } from './useKeys'
import { useLease } from './useLease'
import { usePlay } from './usePlay'

export default function EditorPage() {
  const { shot: id = '' } = useParams()
  const [query] = useSearchParams()
  const me = useMe().data
  const shot = useQuery({
    queryKey: ['shot', id, 'editor'],
    queryFn: () => data(api.GET('/api/shots/{id}', { params: { path: { id } } })),
    // The session keeps its own copy; a second one would only disagree with it.
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
  })
  if (shot.isError) return <Fault error={shot.error} retry={() => void shot.refetch()} />
  if (!shot.data || !me) return <div className="ed" aria-busy="true" />
  return <Editor key={id} shot={shot.data} frame={wantedFrame(shot.data, query)} person={me.id} />
}

function wantedFrame(shot: Shot, query: URLSearchParams): number {
  const asked = query.get('frame')
  if (asked !== null && /^\d+$/.test(asked)) return Number(asked)
  return shot.tasks.find((task) => task.id === query.get('task'))?.first ?? shot.first
}

function Editor({ shot, frame, person }: { shot: Shot; frame: number; person: string }) {
  // A shot is opened once; moving about in it is the session's own matter.
  const [desk] = useState(() => new Desk(new Session(shot, frame, person)))
  const [fault, setFault] = useState<unknown>(null)
  useEffect(() => {
    desk.session
      .open()
      .then(() => void desk.session.following.rejoin().catch(() => undefined)) // the list of jobs shows it too
      .catch(setFault)
    return () => void desk.session.close()
  }, [desk])
  if (fault) return <Fault error={fault} retry={() => location.reload()} />
  return (
    <DeskContext.Provider value={desk}>
      <Layout />
    </DeskContext.Provider>
  )
}

function Layout() {
  const { hidden } = useDeskState()
  const { t } = useTranslation('editor')
  useKeys()
  useLease()
  usePlay()
  return (
    <div className={hidden ? 'ed bare' : 'ed'}>
      <TopBar />
      <ToolRail />
      <OptionsBar />
      <Stage />
      <aside className="side" aria-label={t('panels')}>
        <SidePanel />
      </aside>
      <Timeline />
      <StatusBar />
      <Dialogs />
    </div>
  )
}
