/** Where one command is about several workspaces, all that is said of one of them names it. */
import { KaitoError } from '#core/errors.ts'
import { objectNameFor } from '#core/workspace/object-name.ts'
import type { Ports } from '../../ports.ts'
import type { DeployRequest } from '../../prepared.ts'

export function portsFor({ spec }: DeployRequest, all: readonly DeployRequest[], ports: Ports): Ports {
  return namedPorts(objectNameFor(spec.name), all, ports)
}

export function namedPorts(workspace: string, all: readonly unknown[], ports: Ports): Ports {
  if (all.length < 2) return ports
  return { ...ports, emit: (event) => ports.emit({ ...event, workspace }) }
}

export function nameError(error: unknown, { spec }: DeployRequest, all: readonly DeployRequest[]): unknown {
  return namedError(error, objectNameFor(spec.name), all)
}

export function namedError(error: unknown, workspace: string, all: readonly unknown[]): unknown {
  if (all.length < 2 || !(error instanceof KaitoError)) return error
  return error.with({ message: `${workspace}: ${error.message}` })
}

/** Where all of them go is told once, and of none of them. */
export function tellTargetOnce(all: readonly unknown[], ports: Ports): Ports {
  if (all.length < 2) return ports
  const told = new Set<string>()
  return {
    ...ports,
    emit({ workspace, ...event }) {
      if (event.type !== 'target') return ports.emit(workspace === undefined ? event : { ...event, workspace })
      const words = JSON.stringify(event)
      if (!told.has(words)) ports.emit(event)
      told.add(words)
    },
  }
}
