/** Every finding that the server can tell of has a text in both languages. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const SOURCE = join(import.meta.dirname, '../../..')
const SERVER = join(SOURCE, '../platform/koutu/releases')

function serverText(): string {
  return readdirSync(SERVER, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.py'))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n')
}

/** Codes stand as the first argument, or first in a row of the table that one call goes through. */
function codes(): string[] {
  const text = serverText()
  const called = [...text.matchAll(/\bFinding\(\s*(?:"(\w+)"|(\w+))/g)]
  expect(called.filter(([, code, name]) => !code && name !== 'code').map(([all]) => all)).toEqual([])
  const listed = [...text.matchAll(/^ +\("(\w+)", "[^"]*", _\w+/gm)]
  return [...new Set([...called, ...listed].flatMap(([, code]) => code ?? []))].sort()
}

it.each(['en', 'zh-CN'])('each finding has its words: %s', (language) => {
  const words = JSON.parse(readFileSync(join(SOURCE, 'src/i18n', language, 'releases.json'), 'utf8')) as { finding: Record<string, string> }
  const known = new Set(Object.keys(words.finding).map((key) => key.replace(/_(one|other)$/, '')))
  expect(codes().length).toBeGreaterThan(8)
  expect(codes().filter((code) => !known.has(code))).toEqual([])
})
