import { describe, expect, it } from 'vitest'
import { draftFault, nextVersion } from './drafting'

const made = (name: string, version: string) => ({ name, version })
const releases = [made('drama-matte', '1.9.0'), made('drama-matte', '1.10.2'), made('other', '3.0.0')]

describe('the next version', () => {
  it('counts on from the newest of the same name, by number and not by letter', () => {
    expect(nextVersion(releases, 'drama-matte')).toBe('1.11.0')
    expect(nextVersion(releases, 'first')).toBe('1.0.0')
  })
})

describe('a draft', () => {
  it('needs a name that a folder can have, a version of three numbers, and neither twice', () => {
    expect(draftFault(made('drama-matte', '1.11.0'), releases)).toBeNull()
    expect(draftFault(made('', '1.0.0'), releases)).toBe('name')
    expect(draftFault(made('a/b', '1.0.0'), releases)).toBe('name')
    expect(draftFault(made('古装 抠图', '1.0.0'), releases)).toBeNull()
    expect(draftFault(made('drama-matte', '2'), releases)).toBe('version')
    expect(draftFault(made('drama-matte', '01.0.0'), releases)).toBe('version')
    expect(draftFault(made('drama-matte', '1.9.0'), releases)).toBe('taken')
  })
  it('may take the version of a build that failed', () => {
    expect(draftFault(made('drama-matte', '2.0.0'), [{ ...made('drama-matte', '2.0.0'), state: 'failed' }])).toBeNull()
  })
})
