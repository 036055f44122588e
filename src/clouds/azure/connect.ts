/** A client for Azure Resource Manager: credentials, and the test-only way to a fake. */
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { ContainerServiceClient, type ContainerServiceClientOptionalParams } from '@azure/arm-containerservice'
import {
  AzureCliCredential,
  ChainedTokenCredential,
  EnvironmentCredential,
  ManagedIdentityCredential,
  type TokenCredential,
  WorkloadIdentityCredential,
} from '@azure/identity'
import { KaitoError } from '#core/errors.ts'
import { capturePolicy, type Policy } from './capture.ts'
import { cutAnswerPolicy } from './cut-answer.ts'

export type Env = Readonly<Record<string, string | undefined>>

export interface Connection {
  pollIntervalMs: number
  openClient(subscriptionId: string): ContainerServiceClient
}

const ARM_HOST = 'management.azure.com'
const POLL_INTERVAL_MS = 10_000
const TEST_ENDPOINT = 'KAITO_TEST_AZURE_ENDPOINT'
const TEST_POLL_MS = 'KAITO_TEST_AZURE_POLL_MS'
const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]']

/** Refuses to send the bearer token anywhere but to ARM, whatever a header or a stored token says. */
const hostGuard: Policy = {
  name: 'kaitoHostGuard',
  sendRequest(request, next) {
    if (isArmUrl(request.url)) return next(request)
    throw new KaitoError({
      code: 'UNKNOWN',
      phase: 'provision',
      message: `Azure answered with an address outside ${ARM_HOST}; kaito sends no credentials there`,
      reason: request.url,
      hint: 'Run the same command again. If it persists, something between here and Azure rewrites its answers.',
    })
  },
}

const POLICIES: NonNullable<ContainerServiceClientOptionalParams['additionalPolicies']> = [
  { position: 'perCall', policy: capturePolicy },
  { position: 'perCall', policy: hostGuard },
  { position: 'perRetry', policy: cutAnswerPolicy },
]

/** Also true for the regional names, `eastus2.management.azure.com`. */
export function isArmUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, port, username } = new URL(text)
  const isArm = hostname === ARM_HOST || hostname.endsWith(`.${ARM_HOST}`)
  return protocol === 'https:' && isArm && port === '' && username === ''
}

export function connectAzure(env: Env): Connection {
  const endpoint = env[TEST_ENDPOINT]
  if (endpoint !== undefined && endpoint !== '') return connectFake(endpoint, env)
  const credential = chooseCredential(env)
  return {
    pollIntervalMs: POLL_INTERVAL_MS,
    openClient: (subscriptionId) =>
      new ContainerServiceClient(credential, subscriptionId, { additionalPolicies: POLICIES }),
  }
}

/** DefaultAzureCredential's production half; its developer half starts three programs, so only `az`, when there. */
function chooseCredential(env: Env): TokenCredential {
  const chain: TokenCredential[] = [new EnvironmentCredential()]
  const isFederated = env.AZURE_FEDERATED_TOKEN_FILE !== undefined
  if (isFederated && env.AZURE_CLIENT_ID !== undefined && env.AZURE_TENANT_ID !== undefined) {
    chain.push(new WorkloadIdentityCredential())
  }
  if (env.AZURE_TOKEN_CREDENTIALS?.toLowerCase() !== 'prod' && isOnPath('az', env)) {
    chain.push(new AzureCliCredential())
  }
  const clientId = env.AZURE_CLIENT_ID
  chain.push(clientId === undefined ? new ManagedIdentityCredential() : new ManagedIdentityCredential({ clientId }))
  return new ChainedTokenCredential(...chain)
}

function isOnPath(program: string, env: Env): boolean {
  const names = [program, `${program}.cmd`]
  return (env.PATH ?? '').split(delimiter).some((folder) =>
    names.some((name) => {
      try {
        accessSync(join(folder, name), constants.X_OK)
        return folder !== ''
      } catch {
        return false
      }
    }),
  )
}

/** The real client, auth, retry and polling; only the wire leads to a fake on this machine. */
function connectFake(endpoint: string, env: Env): Connection {
  const base = parseLoopback(endpoint)
  const intervalMs = Number(env[TEST_POLL_MS] ?? 100)
  const credential: TokenCredential = {
    getToken: () => Promise.resolve({ token: 'kaito-test', expiresOnTimestamp: Date.now() + 3_600_000 }),
  }
  const options: ContainerServiceClientOptionalParams = {
    retryOptions: { maxRetries: 2, retryDelayInMs: 20, maxRetryDelayInMs: 100 },
    additionalPolicies: [...POLICIES, { position: 'perRetry', policy: redirectTo(base) }],
  }
  return {
    pollIntervalMs: Number.isFinite(intervalMs) ? intervalMs : 100,
    openClient(subscriptionId) {
      const client = new ContainerServiceClient(credential, subscriptionId, options)
      // No proxy leads to this machine.
      client.pipeline.removePolicy({ name: 'proxyPolicy' })
      return client
    },
  }
}

function parseLoopback(endpoint: string): string {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined
  if (url?.protocol === 'http:' && LOOPBACK.includes(url.hostname))
    return (url.origin + url.pathname).replace(/\/$/, '')
  throw new KaitoError({
    code: 'USAGE',
    phase: 'provision',
    message: `${TEST_ENDPOINT} is for tests and takes http://127.0.0.1:PORT only, not ${endpoint}`,
    hint: `unset ${TEST_ENDPOINT}`,
  })
}

function redirectTo(base: string): Policy {
  return {
    name: 'kaitoToLoopback',
    async sendRequest(request, next) {
      const original = request.url
      const { pathname, search } = new URL(original)
      request.url = base + pathname + search
      request.allowInsecureConnection = true
      try {
        return await next(request)
      } finally {
        // The poller takes the resource's URL from the request.
        request.url = original
      }
    },
  }
}
