/** Numbers, times and sizes as the design writes them (design README §5). Pure: language and clock come in. */

export type Language = 'zh-CN' | 'en'

const GROUPED = new Intl.NumberFormat('en-US')

/** 1691 → "1,691". Frames, counts: the same in both languages. */
export function count(value: number): string {
  return GROUPED.format(value)
}

/** A range without spaces: "1,219–1,229". */
export function range(first: number, last: number): string {
  return first === last ? count(first) : `${count(first)}–${count(last)}`
}

/** A share as percent: one decimal under 10 %, none from there on; "<0.1%" rather than a false zero. */
export function percent(share: number): string {
  const value = share * 100
  if (value > 0 && value < 0.1) return '<0.1%'
  if (value > 99 && value < 100) return `${(Math.floor(value * 10) / 10).toFixed(1)}%`
  return value > 0 && value < 9.95 ? `${value.toFixed(1)}%` : `${Math.round(value)}%`
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB']

/** Bytes, decimal: "1.31 GB", "312 MB", "41 GB". */
export function bytes(value: number): string {
  let step = 0
  let shown = value
  while (shown >= 999.5 && step < UNITS.length - 1) {
    shown /= 1000
    step++
  }
  const digits = step === 0 || shown >= 99.95 ? 0 : shown >= 9.995 ? 1 : 2
  return `${Number(shown.toFixed(digits))} ${UNITS[step]}`
}

/** Seconds as a person says them: "2.4 秒", "95 秒", "4 分 10 秒", "1 时 42 分". */
export function duration(seconds: number, language: Language): string {
  const [hour, minute, second] = language === 'en' ? ['h', 'min', 's'] : ['时', '分', '秒']
  if (seconds > 0 && seconds < 9.95) return `${Number(Math.max(0.1, seconds).toFixed(1))} ${second}`
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 100) return `${whole} ${second}`
  const minutes = Math.floor(whole / 60)
  if (minutes >= 60) return `${Math.floor(minutes / 60)} ${hour} ${minutes % 60} ${minute}`
  const rest = whole % 60
  return minutes >= 10 || rest === 0 ? `${minutes} ${minute}` : `${minutes} ${minute} ${String(rest).padStart(2, '0')} ${second}`
}

/** Frames a second: 24, 23.976, 29.97. */
export function frameRate(rate: readonly number[]): string {
  const value = (rate[0] ?? 0) / (rate[1] || 1)
  return String(Number(value.toFixed(3)))
}

/** HH:MM:SS:FF, non-drop, at the clip's own rate (rounded up to whole frames a second, as editing desks count). */
export function timecode(index: number, rate: readonly number[]): string {
  const perSecond = Math.max(1, Math.round((rate[0] ?? 25) / (rate[1] || 1)))
  const seconds = Math.floor(index / perSecond)
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60, index % perSecond]
  return parts.map((part) => String(part).padStart(2, '0')).join(':')
}

/** For clips of variable rate: the frame's own time in seconds, three decimals. */
export function seconds(value: number, language: Language): string {
  return `${value.toFixed(3)} ${language === 'en' ? 's' : '秒'}`
}

/** "017": shots are named by three digits. */
export function shotNumber(number: number): string {
  return String(number).padStart(3, '0')
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** "刚刚", "2 分钟前", "今天 11:02", "昨天", "11 月 20 日", else "2026-11-20"; local time. */
export function moment(iso: string, language: Language, now: Date = new Date()): string {
  const at = new Date(iso)
  const minutes = Math.floor((now.getTime() - at.getTime()) / 60_000)
  const english = language === 'en'
  if (minutes >= 0 && minutes < 1) return english ? 'just now' : '刚刚'
  if (minutes >= 0 && minutes < 60) return english ? `${minutes} min ago` : `${minutes} 分钟前`
  const days = daysBetween(at, now)
  if (days === 0) return `${english ? 'today' : '今天'} ${clock(at)}`
  if (days === 1) return english ? 'yesterday' : '昨天'
  if (at.getFullYear() !== now.getFullYear()) return isoDay(at)
  return english ? `${at.getDate()} ${MONTHS[at.getMonth()]}` : `${at.getMonth() + 1} 月 ${at.getDate()} 日`
}

/** Full time with zone, for the tooltip of a short one. */
export function fullTime(iso: string): string {
  const at = new Date(iso)
  const offset = -at.getTimezoneOffset()
  const zone = `${offset < 0 ? '−' : '+'}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`
  return `${isoDay(at)} ${clock(at)}:${two(at.getSeconds())} UTC${zone}`
}

/** 11:02 */
export function clock(at: Date): string {
  return `${two(at.getHours())}:${two(at.getMinutes())}`
}

function daysBetween(earlier: Date, later: Date): number {
  const day = (date: Date) => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 86_400_000
  return day(later) - day(earlier)
}

function isoDay(at: Date): string {
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}

/** A date without a time, as people of the language write it: 2026-12-01 → 1 Dec 2026, 2026年12月1日. */
export function day(iso: string, language: Language): string {
  const form = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'zh-CN', { dateStyle: language === 'en' ? 'medium' : 'long', timeZone: 'UTC' })
  return form.format(new Date(`${iso}T00:00:00Z`))
}
