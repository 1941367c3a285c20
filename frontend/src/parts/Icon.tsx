import { ICONS, type IconName } from './icons'

/** One icon of the design. Beside words it is decoration; alone it needs a button with a label around it. */
export function Icon({ name, large, tone }: { name: IconName; large?: boolean; tone?: string }) {
  return (
    <svg className={`i${large ? ' l' : ''}${tone ? ` ${tone}` : ''}`} viewBox="0 0 16 16" aria-hidden="true">
      <path d={ICONS[name]} />
    </svg>
  )
}

export function BrandMark() {
  return (
    <svg className="brandmark" viewBox="0 0 20 20" aria-hidden="true">
      <rect x=".75" y=".75" width="18.5" height="18.5" rx="4" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <circle cx="10" cy="7.3" r="3" fill="currentColor" />
      <path d="M3.5 17.5c.5-4 3-6 6.5-6s6 2 6.5 6z" fill="currentColor" />
    </svg>
  )
}
