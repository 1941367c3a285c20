/** Fill and fill holes: one press each, nothing is under way. */
import { withoutHoles, withoutHolesAt, withRegion } from '../../../engine/filling'
import type { Plane } from '../../../engine/planes'
import type { Desk } from '../desk'
import type { Tool, ToolEvent } from './tool'

type Kind = 'fill' | 'holes'

export class FillTool implements Tool {
  constructor(
    private readonly desk: Desk,
    private readonly kind: Kind,
  ) {}

  down(event: ToolEvent): void {
    const { session, state } = this.desk
    const { width, height } = session.shot.clip
    const [x, y] = [Math.floor(event.x), Math.floor(event.y)]
    if (x < 0 || y < 0 || x >= width || y >= height) return
    const inside = state.subtract === event.secondary
    const fill = (plane: Plane) => (this.kind === 'holes' ? withoutHolesAt(plane, x, y) : withRegion(plane, x, y, inside, state.tolerance))
    change(this.desk, this.kind, fill)
  }

  move(): void {}

  up(): void {}

  cancel(): boolean {
    return false
  }
}

export function fillAllHoles(desk: Desk): void {
  change(desk, 'holes', withoutHoles)
}

function change({ session }: Desk, kind: Kind, by: (plane: Plane) => Plane): void {
  const { current } = session
  if (current && session.editable && current.replace(by(current.kept), kind)) session.painted()
}
