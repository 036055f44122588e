/** What files that others fill in or put together want to be before they are read. */
import { advice, kaito, kubectl, other } from '../../advice.ts'

const LINT = kaito('lint', { settings: { filename: '-' } })

export const FILL_TEMPLATE = advice`Render the template first, for example: ${other('helm', 'template', 'CHART')} | ${LINT}`

export const BUILD_FIRST = advice`Build it first; its names and patches apply then: ${kubectl('kustomize', 'FOLDER')} | ${LINT}`
