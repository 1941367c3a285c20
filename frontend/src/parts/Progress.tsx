/** A bar of work that goes on, with a name for those who cannot see it. */
export function Progress({ share, label, tone }: { share: number; label: string; tone?: 'ok' | 'bad' }) {
  const value = Math.round(Math.min(1, Math.max(0, share)) * 100)
  return (
    <div className={`bar${tone ? ` ${tone}` : ''}`} role="progressbar" aria-label={label} aria-valuenow={value}
      aria-valuemin={0} aria-valuemax={100}>
      <i style={{ width: `${value}%` }} />
    </div>
  )
}
