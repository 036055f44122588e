/** The simulated cloud of the bed, or of the sandbox in its place: what it has, and how it is to end what it is asked. */
import { existsSync, readFileSync } from 'node:fs'
import { identityOf } from '#sandbox/clouds/azure/index.ts'
import { clusterIdOf } from '#sandbox/clouds/azure/model.ts'
import type { ProcessFile } from '#sandbox/paths.ts'
import { CONTEXT } from '#sandbox/process/seed.ts'
import { FAKE_CLUSTER_ID } from '../../emulators/azure/identity.ts'
import { ARM_URL } from '../starter/places.ts'
import { isSandbox, sandboxFile } from './api.ts'
import { eventually } from './eventually.ts'

const stateFile = isSandbox ? sandboxFile('cloud.json') : undefined

/**
 * The fake cloud's pools, by name.
 * @param file where a sandbox keeps them.
 */
export async function cloudPools(file = stateFile): Promise<string[]> {
  return Object.keys(await readPools(file)).sort()
}

/** `2 × TYPE` of each pool, but the system's. */
export async function cloudMachines(file = stateFile): Promise<string[]> {
  const own = Object.entries(await readPools(file)).filter(([name]) => name !== 'system')
  return own.map(([, { properties }]) => `${properties.count} × ${properties.vmSize}`).sort()
}

type Pools = Record<string, { properties: { count?: number; vmSize?: string }; provisioningState: string }>

async function readPools(file = stateFile): Promise<Pools> {
  if (file === undefined) return (await (await fetch(`${ARM_URL}/_bed/pools`)).json()) as Pools
  // Written with the first change.
  const system = { properties: {}, provisioningState: 'Succeeded' }
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { pools: Pools }).pools : { system }
}

/** A second pool with the tags of a first, as somebody makes it who asks the cloud himself. */
export async function seedPoolLike(name: string, other: string): Promise<void> {
  const [arm, id] = isSandbox
    ? [sandboxProcess().cloudEnv['KAITO_TEST_AZURE_ENDPOINT'], clusterIdOf(identityOf(CONTEXT))]
    : [ARM_URL, FAKE_CLUSTER_ID]
  const body = JSON.stringify({ properties: (await readPools())[name]?.properties })
  const headers = { authorization: 'Bearer any', 'content-type': 'application/json' }
  const url = `${arm}${id}/agentPools/${other}?api-version=2025-10-01`
  const answer = await fetch(url, { method: 'PUT', body, headers })
  if (!answer.ok) throw new Error(`the fake cloud refused the pool: ${answer.status} ${await answer.text()}`)
  await eventually(async () => (await readPools())[other]?.provisioningState === 'Succeeded', `${other} is there`)
}

/** How the fake cloud is to end the next operation. */
export async function scriptCloud(next: Record<string, unknown>): Promise<void> {
  const [url, token] = isSandbox
    ? [`${sandboxProcess().url}/_sandbox/cloud`, sandboxProcess().token]
    : [`${ARM_URL}/_bed/script`, 'any']
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const answer = await fetch(url, { method: 'POST', body: JSON.stringify(next), headers })
  if (!answer.ok) throw new Error(`the fake cloud refused the script: ${answer.status} ${await answer.text()}`)
}

function sandboxProcess(): ProcessFile {
  return JSON.parse(readFileSync(sandboxFile('process.json'), 'utf8')) as ProcessFile
}
