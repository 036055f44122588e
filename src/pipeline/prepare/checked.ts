/** What one look at the cluster before a change has found. */
import type { KaitoError } from '#core/errors.ts'
import type { Right } from '#core/objects/rights.ts'

export interface Checked {
  refusals: readonly KaitoError[]
  /** Without these it could not look. */
  unseen: readonly Right[]
}

export const NOTHING_FOUND: Checked = { refusals: [], unseen: [] }
