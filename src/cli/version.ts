/** The version that `--version` prints; the build replaces the constant with package.json's. */
declare const KAITO_VERSION: string | undefined

export const VERSION: string = typeof KAITO_VERSION === 'string' ? KAITO_VERSION : '0.0.0-source'
