/** Both languages say the same things, the code asks for nothing that is not there, and nothing lies about unused. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const SOURCE = join(import.meta.dirname, '..')
const PLURAL = /_(zero|one|two|few|many|other)$/

type Words = { [key: string]: string | Words }

function flat(words: Words, before = ''): [string, string][] {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === 'string' ? [[before + key, value] as [string, string]] : flat(value, `${before}${key}.`),
  )
}

function read(language: string): Map<string, string> {
  const folder = join(import.meta.dirname, language)
  const all = readdirSync(folder).flatMap((file) => {
    const words = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Words
    return flat(words, `${file.replace('.json', '')}:`)
  })
  return new Map(all)
}

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
}

const chinese = read('zh-CN')
const english = read('en')
const bare = (words: Map<string, string>) => new Set([...words.keys()].map((key) => key.replace(PLURAL, '')))

/** Every string in the code that may be a key, and every beginning of one that is put together there. */
function asked() {
  const literal = new Set<string>()
  const beginnings = new Set<string>()
  for (const text of sources(SOURCE)) {
    for (const [, key] of text.matchAll(/['"`]([\w-]+(?:[:.][\w-]+)*)['"`]/g)) literal.add(key!)
    for (const [, start] of text.matchAll(/`([\w:.-]+[:._])\$\{/g)) beginnings.add(start!)
  }
  return { literal, beginnings }
}

const variables = (text: string) => new Set([...text.matchAll(/\{\{(\w+)[^}]*\}\}/g)].map(([, name]) => name))

describe('the words', () => {
  it('are the same keys in both languages', () => {
    expect([...bare(chinese)].sort()).toEqual([...bare(english)].sort())
  })

  it('use the same figures in both languages', () => {
    for (const [key, text] of english) {
      const other = chinese.get(key) ?? chinese.get(key.replace(PLURAL, '_other'))
      expect(variables(text), key).toEqual(variables(other ?? ''))
    }
  })

  it('are all used', () => {
    const { literal, beginnings } = asked()
    // Refusals are asked for by the code that the server sends.
    const unused = [...bare(english)].filter((key) => {
      const name = key.slice(key.indexOf(':') + 1)
      const begun = [...beginnings].some((start) => name.startsWith(start) || key.startsWith(start))
      return !key.startsWith('errors:') && !literal.has(name) && !literal.has(key) && !begun
    })
    expect(unused).toEqual([])
  })

  it('are all there: each t("…") of a file is found in its page or in common', () => {
    const known = bare(english)
    const missing = sources(SOURCE).flatMap((text) => {
      const pages = [...text.matchAll(/useTranslation\(\[?'(\w+)'/g)].map(([, page]) => page!)
      const keys = [...text.matchAll(/\bt\('([\w.:-]+)'/g)].map(([, key]) => key!)
      return keys.filter((key) => {
        const places = key.includes(':') ? [key] : [...pages, 'common'].map((page) => `${page}:${key}`)
        return !places.some((place) => known.has(place))
      })
    })
    expect(missing).toEqual([])
  })
})

describe('the wording', () => {
  it('keeps to what the design forbids in Chinese', () => {
    const bad = [...chinese].filter(([, text]) => /请稍候|成功|系统错误|您|向前|向后|！/.test(text))
    expect(bad).toEqual([])
  })

  it('keeps to what the design forbids in English', () => {
    const bad = [...english].filter(([, text]) => /\bplease\b|successful|!/i.test(text))
    expect(bad).toEqual([])
  })

  it('sets a space between Chinese and Latin letters or digits', () => {
    const bad = [...chinese].filter(([, text]) => /[一-鿿][A-Za-z0-9]|[A-Za-z0-9][一-鿿]/.test(text.replace(/\{\{[^}]*\}\}/g, '')))
    expect(bad).toEqual([])
  })
})
