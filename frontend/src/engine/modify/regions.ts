/** Connected regions of a mask, eight neighbours. */

export interface Region {
  /** Places in the raster. */
  pixels: Int32Array
  /** Touches the border of the raster. */
  open: boolean
}

/** All regions of places that `holds`, in the order in which a look through the rows meets them. */
export function regionsOf(width: number, height: number, holds: (at: number) => boolean): Region[] {
  const seen = new Uint8Array(width * height)
  const queue = new Int32Array(width * height)
  const found: Region[] = []
  for (let start = 0; start < seen.length; start++)
    if (!seen[start] && holds(start)) found.push(regionFrom(start, { width, height, holds, seen, queue }))
  return found
}

interface Search {
  width: number
  height: number
  holds: (at: number) => boolean
  seen: Uint8Array
  queue: Int32Array
}

function regionFrom(start: number, { width, height, holds, seen, queue }: Search): Region {
  let [first, end] = [0, 1]
  let open = false
  queue[0] = start
  seen[start] = 1
  while (first < end) {
    const at = queue[first++]!
    const x = at % width
    const y = (at - x) / width
    open ||= x === 0 || y === 0 || x === width - 1 || y === height - 1
    for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++)
      for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
        const next = ny * width + nx
        if (seen[next] || !holds(next)) continue
        seen[next] = 1
        queue[end++] = next
      }
  }
  return { pixels: queue.slice(0, end), open }
}
