/** `/_sandbox/…`: what `kaito sandbox` and the rehearsals ask of the process itself. */

import { KINDS } from '#core/objects/kinds.ts'
import type { Script } from '../clouds/cloud.ts'
import { type Answer, statusAnswer } from '../cluster/api/answer.ts'
import type { Fault, Faults } from '../cluster/api/faults.ts'
import type { ObjectStore } from '../cluster/store/objects.ts'
import type { SandboxState, Settings } from '../settings.ts'

export interface Controlled {
  store: ObjectStore
  faults: Faults
  /** Files of an earlier process that could not be read. */
  setAside: readonly string[]
  settings(): Settings
  /** @param pid of the command that asks. */
  change(change: Partial<Settings>, pid: number | undefined): void
  /** Throws on an ending that the cloud does not know. */
  scriptCloud(script: Script): void
  stop(): void
}

export function createControl(controlled: Controlled) {
  const { store, faults } = controlled
  return async (method: string, path: string, body: unknown): Promise<Answer> => {
    switch (`${method} ${path.slice('/_sandbox/'.length)}`) {
      case 'GET state':
        return { status: 200, body: stateOf(controlled) }
      case 'PATCH settings': {
        const { pid, ...change } = body as Partial<Settings> & { pid?: number }
        return orInvalid(() => controlled.change(change, pid)) ?? { status: 200, body: controlled.settings() }
      }
      case 'POST cloud':
        return orInvalid(() => controlled.scriptCloud(body as Script)) ?? { status: 200, body: {} }
      case 'POST faults':
        faults.add(body as Fault)
        return { status: 200, body: {} }
      case 'DELETE faults':
        return { status: 200, body: { left: faults.clear() } }
      case 'POST compact':
        store.compact()
        return { status: 200, body: {} }
      case 'POST stop':
        controlled.stop()
        return { status: 200, body: {} }
      default:
        return statusAnswer(404, 'NotFound', `the sandbox has no ${method} ${path}`)
    }
  }
}

/** What makes no sense is the asker's to mend. */
function orInvalid(change: () => void): Answer | undefined {
  try {
    change()
    return undefined
  } catch (error) {
    return statusAnswer(422, 'Invalid', error instanceof Error ? error.message : String(error))
  }
}

function stateOf({ store, settings, setAside }: Controlled): SandboxState {
  return {
    settings: settings(),
    nodes: store.list(KINDS.node).length,
    pods: store.list(KINDS.pod).length,
    workspaces: store.list(KINDS.deployment).map(({ metadata }) => `${metadata.namespace}/${metadata.name}`),
    setAside,
  }
}
