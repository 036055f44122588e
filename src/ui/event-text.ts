/** Words for events. One line each. */
import type { EventBody } from '#core/events.ts'
import { formatRef } from '#core/kube-object.ts'

export function formatSeconds(ms: number): string {
  const seconds = Math.round(ms / 100) / 10
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`
  const whole = Math.round(ms / 1000)
  return `${Math.floor(whole / 60)} min ${whole % 60} s`
}

/** Undefined: not worth a line. */
export function eventText(event: EventBody): string | undefined {
  switch (event.type) {
    case 'target': {
      const cloud = event.cloud === undefined ? '' : `, ${event.cloud}${event.account === undefined ? '' : ` ${event.account}`}`
      return `context ${event.context} (${event.server}), namespace ${event.namespace}${cloud}`
    }
    case 'phase.started':
      return `${event.title} …${event.expectedSeconds === undefined ? '' : ` (usually about ${formatSeconds(event.expectedSeconds * 1000)})`}`
    case 'phase.finished':
      return `${event.title} done, ${formatSeconds(event.elapsedMs)}`
    case 'step.progress':
      return `${event.subject}: ${event.state}${event.detail === undefined ? '' : `, ${event.detail}`}`
    case 'object.applied':
      return `${formatRef(event.object)} ${event.change}`
    case 'object.status':
      return `${formatRef(event.object)}: ${event.message}`
    case 'node.status':
      return `Node/${event.node}: ${event.ready ? 'Ready' : 'not Ready'}, ${event.gpus} GPUs allocatable`
    case 'warning':
      return `warning: ${event.message}`
    case 'heartbeat':
      return `still at: ${event.waitingFor}, ${formatSeconds(event.elapsedMs)} so far`
    case 'failed':
      return `failed: ${event.message}`
  }
}
