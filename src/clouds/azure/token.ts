/**
 * The token of an operation is the SDK poller's own state: JSON with absolute URLs, to which the SDK would send our
 * bearer token. It comes back from a ConfigMap that others can write, so nothing in it is believed unchecked.
 */
import { isArmUrl } from './connect.ts'
import type { AksContext } from './context.ts'

/** POST: machines of the pool are deleted. */
export type Method = 'PUT' | 'DELETE' | 'POST'

type Fields = Record<string, unknown>

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null

function configOf(token: string): Fields | undefined {
  try {
    const parsed: unknown = JSON.parse(token)
    const state = isFields(parsed) ? parsed.state : undefined
    if (!isFields(state) || state.status !== 'running' || !isFields(state.config)) return undefined
    return state.config
  } catch {
    return undefined
  }
}

function isOwnUrl(url: unknown, subscription: string): boolean {
  if (typeof url !== 'string' || !isArmUrl(url)) return false
  return new URL(url).pathname.toLowerCase().startsWith(`/subscriptions/${subscription.toLowerCase()}/`)
}

/** What the operation does; undefined when it is not one on this very pool, or leads anywhere but to ARM. */
export function methodOf(token: string, pool: string, context: AksContext): Method | undefined {
  const config = configOf(token)
  const method = config?.requestMethod
  if (config === undefined || (method !== 'PUT' && method !== 'DELETE' && method !== 'POST')) return undefined
  const { initialRequestUrl, operationLocation, resourceLocation } = config
  const urls = [initialRequestUrl, operationLocation, ...(resourceLocation === undefined ? [] : [resourceLocation])]
  if (!urls.every((url) => isOwnUrl(url, context.subscription))) return undefined
  const { subscription, resourceGroup, cluster } = context
  const path = `/subscriptions/${subscription}/resourceGroups/${resourceGroup}/providers/Microsoft.ContainerService/managedClusters/${cluster}/agentPools/${pool}${method === 'POST' ? '/deleteMachines' : ''}`
  return new URL(String(initialRequestUrl)).pathname.toLowerCase() === path.toLowerCase() ? method : undefined
}
