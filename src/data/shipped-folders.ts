/** Where what kaito ships stands: compiled beside the bundle, and as people write it beside the sources. */
import { fileURLToPath } from 'node:url'

declare const KAITO_DATA: string | undefined

const beside = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** The build replaces the constant; from the sources there is nothing compiled. */
export const COMPILED: string | undefined = typeof KAITO_DATA === 'string' ? beside(KAITO_DATA) : undefined

export const PRESETS = beside('../../presets')
export const TEMPLATES = beside('../../templates')
