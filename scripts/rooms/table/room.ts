/** A row of the table of rooms. */

export interface Room {
  /** Below src. `clouds/<cloud>` is every folder of `clouds/`, and each knows only itself. */
  path: string
  holds: string
  /**
   * What it may import beside itself: `core/` is a folder with all below it, `core/*` the files that stand directly in it,
   * anything else one file. Nothing else, type imports included.
   */
  rooms: readonly string[]
  packages?: readonly string[]
  /** Node's modules, without `node:`. */
  node?: readonly string[] | 'any'
  /** What one who breaks it is told. */
  because: string
}

/** Of Node's modules the core has hashing alone; that it takes only `createHash` is held by `test/architecture`. */
export const HASHING: readonly string[] = ['crypto']
