import { useTranslation } from 'react-i18next'
import { useSurvey } from '../../api/queries'
import { toScreen } from '../../engine/view'
import { useDesk, useDeskState, useSession } from './use'

/** Where nobody is judged in this frame, hatched over the picture: what is painted there goes into no release. */
export function VoidAreas() {
  const { t } = useTranslation('editor')
  const desk = useDesk()
  useDeskState()
  const session = useSession()
  const voids = useSurvey(session.shot.clip.id).data?.voids ?? []
  const here = voids.filter(({ first, last }) => first <= session.frame && session.frame <= last)
  return here.map((area) => {
    const from = toScreen(desk.view, { x: area.left, y: area.top })
    const to = toScreen(desk.view, { x: area.right, y: area.bottom })
    return <i key={area.id} className="void" role="img" aria-label={t('void_area')} style={{ left: from.x, top: from.y, width: to.x - from.x, height: to.y - from.y }} />
  })
}
