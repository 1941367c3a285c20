import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { isMendable, isReadingsMatter, MENDABLE, wantsOther } from './mending'

it('offers another try where the file is not to blame', () => {
  expect(['interlaced', 'quota', 'disk_full'].map(isMendable)).toEqual([true, true, true])
  expect(['truncated', 'no_video', 'folder_gap', ''].map(isMendable)).toEqual([false, false, false, false])
  expect(['interlaced', 'quota'].map(isReadingsMatter)).toEqual([true, false])
})

it('asks for another file where the same one would be refused again', () => {
  expect(['empty_file', 'too_large', 'store_down', 'unreachable'].map(wantsOther)).toEqual([true, true, false, false])
})

it('knows only reasons that have words', () => {
  const words = JSON.parse(readFileSync(join(import.meta.dirname, '../../i18n/en/errors.json'), 'utf8')) as Record<string, string>
  expect(MENDABLE.filter((code) => !(code in words))).toEqual([])
})
