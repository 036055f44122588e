/** Reads that help but are not needed: without the right to them the work goes on, and knows less. */
import { hasCode } from '#core/errors.ts'

/** Undefined when this identity may not. @param mayMiss asked then: whether the work can do without. */
export async function ifPermitted<T>(
  read: Promise<T>,
  mayMiss: () => boolean | Promise<boolean> = () => true,
): Promise<T | undefined> {
  try {
    return await read
  } catch (error) {
    if (hasCode(error, 'PERMISSION_DENIED') && (await mayMiss())) return undefined
    throw error
  }
}
