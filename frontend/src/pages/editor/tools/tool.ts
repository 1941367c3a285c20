/** What the stage tells a tool. Positions are in source pixels; screenX and screenY in screen pixels of the stage. */
export interface ToolEvent {
  x: number
  y: number
  screenX: number
  screenY: number
  pressure: number
  pen: boolean
  shift: boolean
  /** Right button, or a pen's barrel button. */
  secondary: boolean
  /** Milliseconds on the page's clock. */
  time: number
}

export interface Tool {
  down(event: ToolEvent): void
  move(event: ToolEvent): void
  up(): void
  /** Give up what is under way; tells whether there was anything. */
  cancel(): boolean
}
