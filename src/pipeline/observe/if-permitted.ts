/** Reads that help but are not needed: without the right to them the work goes on, and knows less. */
import { hasCode } from '#core/errors.ts'

/** Undefined when this identity may not. */
export async function ifPermitted<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read
  } catch (error) {
    if (hasCode(error, 'PERMISSION_DENIED')) return undefined
    throw error
  }
}
