/** An answer that breaks off is repeated by the SDK like a request that nobody answered; it takes it for one that cannot be read. */
import { isRestError } from '@azure/arm-containerservice'
import type { Policy } from './capture.ts'

export const cutAnswerPolicy: Policy = {
  name: 'kaitoCutAnswer',
  async sendRequest(request, next) {
    try {
      return await next(request)
    } catch (error) {
      if (isRestError(error) && error.code === 'PARSE_ERROR' && /reading response/.test(error.message))
        error.code = 'ECONNRESET'
      throw error
    }
  },
}
