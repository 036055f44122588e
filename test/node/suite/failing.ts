/** A deploy that is to fail on the real node: what it ended with, and how soon after the cluster showed it. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect } from 'vitest'
import { api, createNamespace, DEPLOY_TINY, type Pod, podsOf, removeNamespace, run } from './node.ts'

/** From the moment that the API server shows the state to the end of the command. */
const SOON_MS = 15_000

/** Of the test that runs. */
export let namespace = ''

/** Each test of the file gets one, and takes it away. */
export function useOwnNamespaces(): void {
  beforeEach(async () => {
    namespace = await createNamespace()
  })
  afterEach(async () => {
    await removeNamespace(namespace)
  })
}

export function file(name: string, text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'kaito-')), name)
  writeFileSync(path, text)
  return path
}

/** A patch of the engine's container and its pod. */
export function patch(container: object, pod: object = {}): string[] {
  const containers = [{ name: 'engine', ...container }]
  const document = { kind: 'Deployment', spec: { template: { spec: { ...pod, containers } } } }
  return ['--patch', file('failure.patch.yaml', JSON.stringify(document))]
}

export interface Ended {
  code: number | null
  error: { code: string; message: string; reason: string; hint: string }
  /** Since the state was there to see; NaN when it never was. */
  afterMs: number
  stderr: string
}

/** Deploys and watches, past kaito, for the moment at which the failure can be seen. */
export async function fail(
  args: readonly string[],
  isVisible: (pods: Pod[]) => boolean | Promise<boolean>,
  command: readonly string[] = DEPLOY_TINY,
): Promise<Ended> {
  let seen = Number.NaN
  let isOver = false
  const watch = (async () => {
    while (!isOver && Number.isNaN(seen)) {
      if (await isVisible(await podsOf(namespace))) seen = performance.now()
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  })()
  const { code, stderr } = await run([...command, '-n', namespace, '-o', 'json', '--timeout', '5m', ...args])
  const end = performance.now()
  isOver = true
  await watch
  const line = stderr.split('\n').findLast((text) => text.startsWith('{')) ?? '{}'
  const error = JSON.parse(line.trim()) as Ended['error']
  return { code, error, afterMs: end - seen, stderr }
}

export function expectSoon(ended: Ended): void {
  expect(ended.afterMs, ended.stderr).toBeLessThan(SOON_MS)
  expect(ended.error.hint).not.toBe('')
  process.stdout.write(`  ${ended.error.code} ${(ended.afterMs / 1000).toFixed(1)} s after it could be seen\n`)
}

export const isWaiting =
  (...reasons: string[]) =>
  (pods: Pod[]): boolean =>
    pods.some(({ status }) => status.containerStatuses?.some((c) => reasons.includes(c.state?.waiting?.reason ?? '')))
export const hasCrashed = (pods: Pod[]): boolean =>
  pods.some(({ status }) =>
    status.containerStatuses?.some((c) => (c.state?.terminated ?? c.lastState?.terminated) !== undefined),
  )
export const isUnscheduled = (pods: Pod[]): boolean =>
  pods.some(({ status }) => status.conditions?.some((c) => c.type === 'PodScheduled' && c.status === 'False'))

/** The ReplicaSet says that its pods are refused. */
export async function isRefused(): Promise<boolean> {
  const { body } = await api<{ items: { status: { conditions?: { type: string }[] } }[] }>(
    'GET',
    `/apis/apps/v1/namespaces/${namespace}/replicasets`,
  )
  return body.items.some(({ status }) => status.conditions?.some((c) => c.type === 'ReplicaFailure') === true)
}
