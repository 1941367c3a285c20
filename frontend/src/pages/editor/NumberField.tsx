/** A number, its name, and a unit. */
interface Props {
  label: string
  value: number
  low: number
  high: number
  step?: number
  unit?: string
  /** The name stands behind the field. */
  behind?: boolean
  /** The name is said, not shown. */
  bare?: boolean
  /** What the number does. */
  hint?: string
  disabled?: boolean
  onChange: (value: number) => void
}

export function NumberField({ label, value, low, high, step, unit, behind, bare, hint, disabled, onChange }: Props) {
  return (
    <label className="num" title={hint}>
      {!behind && !bare && label}
      <input
        type="number"
        aria-label={bare ? label : undefined}
        min={low}
        max={high}
        step={step}
        value={value}
        disabled={disabled}
        onChange={(event) => {
          const next = Number(event.target.value)
          if (Number.isFinite(next)) onChange(Math.min(high, Math.max(low, next)))
        }}
      />
      {behind && label}
      {unit}
    </label>
  )
}
