/** What is found of the parts, asked for when it is quiet, and never out of turn. */
import { server, shot, shotWithPart, PART } from './testing/server'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Checks } from './checks'

const finding = (first: number) => ({ part: PART, missing: [{ first, last: first + 3 }], changes: [] })
const asked = () => server.asked.filter((line) => line.endsWith('/parts')).length

let following: { running: boolean }
let checks: Checks

function open(of = shotWithPart()): Checks {
  following = { running: false }
  return new Checks({ shot: of, subjects: of.subjects, following }, () => undefined)
}

beforeEach(() => {
  vi.useFakeTimers()
  Object.assign(server, { asked: [], findings: [finding(5)], down: false })
  checks = open()
})

afterEach(() => vi.useRealTimers())

describe('checks of parts', () => {
  it('are asked for once after many saves', async () => {
    for (let save = 0; save < 5; save++) {
      checks.soon()
      await vi.advanceTimersByTimeAsync(300)
    }
    await vi.advanceTimersByTimeAsync(2000)
    expect([asked(), checks.findings, checks.busy]).toEqual([1, [finding(5)], false])
  })

  it('wait until a propagation is over', async () => {
    following.running = true
    checks.soon()
    await vi.advanceTimersByTimeAsync(9000)
    expect(asked()).toBe(0)
    following.running = false
    await vi.advanceTimersByTimeAsync(2000)
    expect(checks.of(PART)).toEqual(finding(5))
  })

  it('are not asked for where there is no part', async () => {
    await open(shot()).ask()
    expect(asked()).toBe(0)
  })

  it('tell of nothing where there is nothing to look at, and of no part that was put away', async () => {
    server.findings = [{ part: PART, missing: [], changes: [] }, { ...finding(5), part: 'gone' }]
    await checks.ask()
    expect(checks.findings).toEqual([])
  })

  it('keep what was known when the server does not answer, and say so', async () => {
    await checks.ask()
    server.down = true
    await checks.ask()
    expect([checks.findings.length, checks.error !== null, checks.busy]).toEqual([1, true, false])
  })

  it('show the last answer that was asked for, however the answers come', async () => {
    const first = checks.ask()
    server.findings = [finding(9)]
    const second = checks.ask()
    await Promise.all([second, first])
    expect(checks.of(PART)?.missing[0]?.first).toBe(9)
    const late = checks.ask()
    checks.close()
    await late
    expect(checks.busy).toBe(true) // nobody is told any more
  })
})
