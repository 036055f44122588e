/** The clouds that kaito ships. An id is any word: a program of one's own may hand in a cloud more. */
export type CloudId = string

export const CLOUDS: readonly [CloudId, ...CloudId[]] = ['azure', 'aws', 'gcp']

/** In examples of the command line. */
export const EXAMPLE_CLOUD: CloudId = CLOUDS[0]
