import { useTranslation } from 'react-i18next'
import type { Schemas } from '../../api/client'
import { useReading, useRoom } from '../../api/queries'
import { useMe } from '../../api/session'
import { bytes, percent } from '../../parts/format'
import { Progress } from '../../parts/Progress'

type Room = Schemas['Room']

const MINUTE_OF_FULL_HD = 1920 * 1080 * 25 * 60
const NEARLY_FULL = 0.9

/** How much fits, and what frames take on top of the files themselves, as this project keeps them. */
export function RoomLines({ project, full }: { project: string; full: boolean }) {
  const { t } = useTranslation('clips')
  const room = useRoom(project).data
  const kind = useReading(project).data?.frames
  if (!room) return null
  const size = kind && bytes(MINUTE_OF_FULL_HD * (room.bytes_per_pixel[kind] ?? 0))
  return (
    <div className="s12 t3 col tight">
      <div className={`row${full ? ' bad' : ''}`}><Left room={room} /></div>
      {kind && <p>{t('room.frames', { size, kind: t(`room.kind.${kind}`) })}</p>}
    </div>
  )
}

/** The same in the head of a page. */
export function RoomMark() {
  const room = useRoom(useMe().data?.projects[0]?.id ?? '').data
  return room ? <span className="row room"><Left room={room} /></span> : null
}

/** What the organisation uses of its quota, as a bar, and what is left on the server. */
function Left({ room }: { room: Room }) {
  const { t } = useTranslation('clips')
  const left = room.free === null ? t('room.unbounded') : t('room.left', { left: bytes(room.free) })
  if (room.quota === null) return <span>{left}</span>
  const share = room.quota ? room.used / room.quota : 1
  const words = t('room.quota', { used: bytes(room.used), quota: bytes(room.quota) })
  return (
    <>
      <span className="quota"><Progress share={share} label={`${words} · ${percent(share)}`} tone={share > NEARLY_FULL ? 'bad' : undefined} /></span>
      <span>{words} · {left}</span>
    </>
  )
}
