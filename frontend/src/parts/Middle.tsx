/** Text of which, where there is no room, the middle is left out; whole on hover. */
export function Middle({ ends: [head, tail] }: { ends: readonly [string, string] }) {
  return (
    <span className="middle" title={head + tail}>
      <span>{head}</span>
      <span>{tail}</span>
    </span>
  )
}
