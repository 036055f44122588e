/** What one request to ARM is answered with. */
import type { Ending, FakeIdentity } from './model.ts'
import type { Offer } from './offer.ts'
import type { Store } from './store.ts'
import type { ModelCheck } from './validate.ts'

export interface ArmContext {
  store: Store
  fake: FakeIdentity
  offer: Offer
  /** The scripted ending for this request; consumes it. */
  nextEnding(method: string): Ending
  checkModel?: ModelCheck
}
