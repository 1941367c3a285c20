/** What a hand does while the sheet under it is still on its way: kept in order and done once it is here, never lost. */

/** The session, as far as turns ask it. */
export interface Arrivals {
  /** The sheet in hand is not here yet, but on its way. */
  readonly arriving: boolean
  subscribe(listener: () => void): () => void
}

interface Deed {
  act: () => unknown
  onSheet: boolean
}

export class Turns {
  private readonly deeds: Deed[] = []
  private acting = false

  /** `changed` is called when something begins to wait and when nothing does any more. */
  constructor(
    private readonly session: Arrivals,
    private readonly changed: () => void,
  ) {
    session.subscribe(() => this.drain())
  }

  get waiting(): boolean {
    return this.deeds.length > 0
  }

  /** Do it now or after what waits already; what is done on the sheet waits for that too. */
  take(act: () => unknown, onSheet = false): void {
    // A deed's own steps are part of it.
    if (this.acting) return void act()
    if (!this.waiting && this.mayBeDone({ onSheet })) return this.done(act)
    if (this.deeds.push({ act, onSheet }) === 1) this.changed()
  }

  /** Forget what waits; tells whether anything did. */
  giveUp(): boolean {
    const { waiting } = this
    this.deeds.length = 0
    if (waiting) this.changed()
    return waiting
  }

  private drain(): void {
    if (this.acting || !this.waiting) return
    while (this.deeds[0] && this.mayBeDone(this.deeds[0])) this.done(this.deeds.shift()!.act)
    if (!this.waiting) this.changed()
  }

  private mayBeDone({ onSheet }: Pick<Deed, 'onSheet'>): boolean {
    return !(onSheet && this.session.arriving)
  }

  private done(act: Deed['act']): void {
    this.acting = true
    try {
      act()
    } finally {
      this.acting = false
    }
  }
}
