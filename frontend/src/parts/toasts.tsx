/** Short notes that need no answer; one may carry an undo. */
import { useSyncExternalStore } from 'react'

interface Toast {
  id: number
  text: string
  undo?: { label: string; run: () => void }
}

const SHOWN_FOR = 6_000
let shown: readonly Toast[] = []
let next = 1
const listeners = new Set<() => void>()

function set(toasts: readonly Toast[]): void {
  shown = toasts
  for (const listener of listeners) listener()
}

function drop(id: number): void {
  set(shown.filter((one) => one.id !== id))
}

export function toast(text: string, undo?: Toast['undo']): void {
  const id = next++
  set([...shown, { id, text, undo }].slice(-3))
  setTimeout(() => drop(id), SHOWN_FOR)
}

function listen(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function Toasts() {
  const toasts = useSyncExternalStore(listen, () => shown)
  return (
    <div className="toasts" role="status">
      {toasts.map(({ id, text, undo }) => (
        <div key={id} className="toast row">
          <span>{text}</span>
          {undo && (
            <button type="button" className="btn bare s acc" onClick={() => { undo.run(); drop(id) }}>
              {undo.label}
            </button>
          )}
        </div>
      ))}
    </div>
  )
}
