/** The name and version of a release to be made. */
import type { Release } from '../../api/queries'

type Named = Pick<Release, 'name' | 'version'> & { state?: Release['state'] }

/** The next minor version of the name: 1.0.0, then 1.1.0 … */
export function nextVersion(releases: readonly Named[], name: string): string {
  const versions = releases.filter((release) => release.name === name).map((release) => numbers(release.version))
  const newest = versions.filter((version) => version !== null).sort((a, b) => b[0] - a[0] || b[1] - a[1])[0]
  return newest ? `${newest[0]}.${newest[1] + 1}.0` : '1.0.0'
}

function numbers(version: string): [number, number] | null {
  const found = /^(\d+)\.(\d+)\.\d+$/.exec(version)
  return found ? [Number(found[1]), Number(found[2])] : null
}

/** What is wrong with the name or version, as a code, or null. A failed build leaves its version free. */
export function draftFault(draft: Named, releases: readonly Named[]): 'name' | 'version' | 'taken' | null {
  if (!/^[\p{L}\p{N}_][\p{L}\p{N}_ .-]{0,79}$/u.test(draft.name)) return 'name'
  if (!/^(0|[1-9]\d{0,8})(\.(0|[1-9]\d{0,8})){2}$/.test(draft.version)) return 'version'
  const same = releases.filter((one) => one.name === draft.name && one.version === draft.version)
  return same.some((one) => one.state !== 'failed') ? 'taken' : null
}
