/** A hand made steady: the brush is pulled on a string behind the pointer, so that what trembles less than the string is
 * long leaves no trace. By geometry alone, not by time: the same way gives the same line however fast it was drawn. */

interface Point {
  x: number
  y: number
}

export class Steady {
  private at: Point | null = null
  private pointer: Point | null = null

  /** The string's length is in source pixels; of length 0 the brush is where the pointer is. */
  constructor(private readonly string: number) {}

  /** The pointer is at `to`: where the brush comes to, if it moves at all. */
  pull(to: Point): Point | null {
    this.pointer = { x: to.x, y: to.y }
    if (!this.at) return (this.at = this.pointer)
    const [dx, dy] = [to.x - this.at.x, to.y - this.at.y]
    // Not Math.hypot: its last bit differs between browsers.
    const length = Math.sqrt(dx * dx + dy * dy)
    if (length <= this.string) return null
    const share = (length - this.string) / length
    return (this.at = { x: this.at.x + dx * share, y: this.at.y + dy * share })
  }

  /** The hand lets go: the rest of the way, for a line ends where the hand did. */
  release(): Point | null {
    const { at, pointer } = this
    return at && pointer && (at.x !== pointer.x || at.y !== pointer.y) ? (this.at = pointer) : null
  }
}
