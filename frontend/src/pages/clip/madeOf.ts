/** How a clip was read and its frames written, taken apart: the server says both in one line of fixed words. */

export interface Reading {
  /** BT.601, BT.709, RGB, … */
  matrix: string
  range: 'limited' | 'full'
  /** The file names no matrix; it was chosen as players do. */
  assumed: boolean
  /** PQ or HLG, of films in high dynamic range. */
  transfer: string
}

/** "bt601 limited (assumed)", "bt2020 limited pq"; null for what is written otherwise. */
export function readingOf(colour: string): Reading | null {
  const found = /^(\w+) (limited|full)( \(assumed\))?(?: (\w+))?$/.exec(colour)
  if (!found) return null
  const [, matrix = '', range, assumed, transfer = ''] = found
  return { matrix: matrixName(matrix), range: range as Reading['range'], assumed: assumed !== undefined, transfer: transfer.toUpperCase() }
}

function matrixName(matrix: string): string {
  return /^bt\d/.test(matrix) ? `BT.${matrix.slice(2)}` : matrix.toUpperCase().replace('SMPTE', 'SMPTE ')
}

export interface Writing {
  /** "JPEG q95 4:2:0", "PNG". */
  kind: string
  /** Straight from the decoder's planes, without a detour by RGB. */
  planes: boolean
  /** TIFF or EXR that the frames were made of; else empty. */
  of: string
  /** "simplejpeg 1.9.0" */
  by: string
}

/** "simplejpeg 1.9.0 q95 4:2:0 from planes", "opencv 4.12.0 png level 1 of tiff"; null for what is written otherwise. */
export function writingOf(encoder: string): Writing | null {
  const found = /^(\w+ \S+) (?:(q\d+ \S+)|png level \d+)( from planes)?(?: of (\w+))?/.exec(encoder)
  if (!found) return null
  const [, by = '', jpeg, planes, of = ''] = found
  return { kind: jpeg ? `JPEG ${jpeg}` : 'PNG', planes: planes !== undefined, of: of.toUpperCase(), by }
}
