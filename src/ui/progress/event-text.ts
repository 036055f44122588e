/** Events → sentences: the wording of everything that is said while kaito works. */
import { ERRORS } from '#core/error-table.ts'
import { formatRef } from '#core/objects/kube-object.ts'
import { formatAbout, formatMs, plural } from '../text/figures.ts'
import type { ShownEvent } from './listener.ts'

/** What the phases of the pipeline are called in front of people. */
const TITLES: Readonly<Record<string, string>> = {
  plan: 'plan',
  'node pool': 'node pool',
  apply: 'apply objects',
  drain: 'drain nodes that are not needed',
  shrink: 'remove nodes from the pool',
  run: 'wait for the other run',
  start: 'wait for the engine to start',
  verify: 'verify the endpoint',
  look: 'look up the workspace',
  workload: 'delete the workload',
  'verify gone': 'verify that everything is gone',
}

export function titleOf(title: string): string {
  return TITLES[title] ?? title
}

/** `mistral-7b: `, where there are several. */
export function prefixOf({ workspace }: Pick<ShownEvent, 'workspace'>): string {
  return workspace === undefined ? '' : `${workspace}: `
}

/** One line without a mark. */
export function describeEvent(event: ShownEvent): string {
  return `${prefixOf(event)}${sayEvent(event)}`
}

/** What happened, whichever workspace it is about. */
export function sayEvent(event: ShownEvent): string {
  switch (event.type) {
    case 'target': {
      const cloud =
        event.cloud === undefined ? '' : `, ${event.cloud}${event.account === undefined ? '' : ` (${event.account})`}`
      return `context ${event.context}, namespace ${event.namespace}${cloud}`
    }
    case 'phase.started':
      return event.expectedSeconds === undefined
        ? titleOf(event.title)
        : `${titleOf(event.title)}, usually ${formatAbout(event.expectedSeconds)}`
    case 'phase.finished':
      return `${titleOf(event.title)}, ${formatMs(event.elapsedMs)}`
    case 'step.progress':
      return `${event.subject}: ${event.state}${event.detail === undefined ? '' : `, ${event.detail}`}`
    case 'object.applied':
      return `${formatRef(event.object)} ${event.change}`
    case 'object.status':
      return `${formatRef(event.object)}: ${event.message === '' ? event.status : event.message}`
    case 'node.status':
      return `node ${event.node}: ${event.ready ? 'Ready' : 'not ready'}, ${plural(event.gpus, 'GPU')} allocatable`
    case 'warning':
      return `${event.message} [${event.code}]`
    case 'workspace.finished':
      return event.code === undefined
        ? `done, ${formatMs(event.elapsedMs)}`
        : `${ERRORS[event.code].title}, after ${formatMs(event.elapsedMs)}`
    case 'heartbeat':
      return `still waiting: ${titleOf(event.waitingFor)}, ${formatMs(event.elapsedMs)}`
  }
}
