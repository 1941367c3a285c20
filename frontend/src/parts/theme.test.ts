import { expect, it } from 'vitest'
import { pageTheme } from './theme'

it('is dark where pictures are judged and light where figures are read', () => {
  expect(['/clips', '/clips/abc', '/shows/abc', '/tasks', '/jobs', '/edit/abc'].map((path) => pageTheme(path, 'page'))).toEqual(Array(6).fill('dark'))
  expect(['/', '/login', '/releases', '/releases/new', '/clipsters'].map((path) => pageTheme(path, 'page'))).toEqual(Array(5).fill('light'))
})

it('is dark everywhere for who wishes so', () => {
  expect(pageTheme('/releases', 'dark')).toBe('dark')
})
