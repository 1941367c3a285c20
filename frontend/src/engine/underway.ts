/** What is on its way to the desk: the picture one goes to, and the mattes round it. */
export class UnderWay {
  private pictures = 0
  private loads = 0

  /** `arrived` is called after each load that did not fail. */
  constructor(private readonly arrived: () => void) {}

  async picture(work: Promise<unknown>): Promise<void> {
    this.pictures++
    await work.finally(() => this.pictures--)
  }

  async load(work: Promise<unknown>): Promise<void> {
    this.loads++
    await work.finally(() => this.loads--)
    this.arrived()
  }

  /** Whether what lies on the desk is still that of another frame, or nothing yet. */
  awaits(isHere: boolean): boolean {
    return this.pictures > 0 || (this.loads > 0 && !isHere)
  }
}
