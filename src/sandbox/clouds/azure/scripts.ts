/** How requests are to end, for those who rehearse and test. */
import { ENDINGS, type Ending, type Script } from './model.ts'

/** Endings that wait for the operation they belong to; the others serve any request. */
const ON_PUT: Ending[] = ['quota', 'quota-new', 'quota-late', 'allocation', 'never-joins', 'no-gpus']
const ON_DELETE: Ending[] = ['refuse-delete', 'refuse-delete-late']
const ON_SHRINK: Ending[] = ['refuse-shrink-late']
const ON_CHANGE: Ending[] = ['ready', 'busy', 'slow', 'no-operation-header']

function serves(script: Script, method: string): boolean {
  if (script.on !== undefined) return script.on.toUpperCase() === method
  if (ON_PUT.includes(script.next)) return method === 'PUT'
  if (ON_SHRINK.includes(script.next)) return method === 'POST'
  if (ON_DELETE.includes(script.next)) return method === 'DELETE'
  return ON_CHANGE.includes(script.next) ? method !== 'GET' : true
}

export class Scripts {
  #scripts: (Script & { times: number })[] = []

  /** Throws when there is no such ending. */
  add({ next, times = 1, on }: { next: string; times?: number; on?: string }): void {
    const ending = ENDINGS.find((each) => each === next)
    if (ending === undefined) throw new Error(`no ending "${next}"; there are: ${ENDINGS.join(' ')}`)
    this.#scripts.push({ next: ending, times, ...(on === undefined ? {} : { on }) })
  }

  /** The ending of this request; it is used up then. */
  take(method: string): Ending {
    const script = this.#scripts.find((item) => serves(item, method))
    if (script === undefined) return 'ready'
    script.times -= 1
    if (script.times <= 0) this.#scripts = this.#scripts.filter((item) => item !== script)
    return script.next
  }

  clear(): void {
    this.#scripts = []
  }
}
