/** The port to the Hugging Face Hub: may this token read that model? Asked before anything is paid for. */

export type HubAnswer =
  | { outcome: 'ok' }
  /** No token, or one that the Hub does not know. */
  | { outcome: 'unauthorized' }
  /** The account has not accepted the licence. */
  | { outcome: 'forbidden' }
  | { outcome: 'not-found' }
  /** No connection, or an answer that says nothing about the model. */
  | { outcome: 'unknown'; why: string }

export interface HubPort {
  /** Where a person accepts a licence. */
  pageOf(modelId: string): string
  checkAccess(modelId: string, token: string | undefined, signal: AbortSignal): Promise<HubAnswer>
}
