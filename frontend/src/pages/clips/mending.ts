/** What stops a clip that a person can mend without another file: reading it again may then go through. */
export const MENDABLE: readonly string[] = [
  'interlaced', 'quota', 'storage_full', 'disk_full', 'store_down', 'out_of_memory', 'reader_killed', 'too_slow',
  'bytes_missing', 'missing', 'fault', 'cancelled',
]

export const isMendable = (code: string): boolean => MENDABLE.includes(code)

/** A choice under "Reading of clips" decides on it. */
export const isReadingsMatter = (code: string): boolean => code === 'interlaced'

/** The same file sent again would be refused again. */
export const wantsOther = (code: string): boolean => ['file_changed', 'empty_file', 'too_large'].includes(code)
