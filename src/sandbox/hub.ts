/** The Hub of the sandbox: any token may read any model, and none leaves this machine. */
import type { HubPort } from '#hub/hub.ts'

export function simulatedHub(): HubPort {
  return {
    pageOf: (modelId) => `https://huggingface.co/${modelId}`,
    async checkAccess(_modelId, token = '') {
      return { outcome: token === '' ? 'unauthorized' : 'ok' }
    },
  }
}
