/** Between the proxy's clock and frame numbers; `times` are in milliseconds, one for each frame, rising. */

/** The frame on the screen at `seconds`. A container rounds times; half a millisecond is forgiven. */
export function frameShownAt(times: readonly number[], seconds: number): number {
  const wanted = seconds * 1000 + 0.5
  let low = 0
  let high = times.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (times[middle]! <= wanted) low = middle
    else high = middle - 1
  }
  return low
}

/** A moment, in seconds, well inside the time a frame is shown: players round what they are asked for. */
export function timeInside(times: readonly number[], frame: number): number {
  const from = times[frame]!
  const to = times[frame + 1] ?? from + 20
  return (from + Math.min(10, (to - from) / 2)) / 1000
}
