/** Will the engine get its weights? Found out from the Hub before a machine is paid for, when the Hub can be reached. */
import { type Advice, advice, kubectl, setting } from '#core/advice.ts'
import { hasCode, KaitoError } from '#core/errors.ts'
import { KINDS, refTo } from '#core/objects/kinds.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import { HUB_TOKEN_KEY } from '#core/objects/secret-values.ts'
import { refuseGate } from '#core/plan/not-supported.ts'
import type { Plan } from '#core/plan/types.ts'
import { secretValue } from '#core/state/own-secrets.ts'
import { besideWorkspace } from '#core/workspace/beside.ts'
import { ifPermitted } from '../observe/if-permitted.ts'
import type { Ports } from '../ports.ts'

interface Known {
  /** Given with this command. */
  hubToken?: string
  companions: readonly KubeObject[]
}

/** Why the engine will not get its weights, if it will not. */
export async function hubRefusal(plan: Plan, known: Known, ports: Ports): Promise<KaitoError | undefined> {
  try {
    refuseGate(plan)
    await checkHubAccess(plan, known, ports)
    return undefined
  } catch (error) {
    if (hasCode(error, 'PREFLIGHT_REFUSED')) return error
    throw error
  }
}

/** PREFLIGHT_REFUSED when the token is not there or the Hub says no; a warning when nobody can say. */
async function checkHubAccess(plan: Plan, known: Known, ports: Ports): Promise<void> {
  const { model, modelAccessSecret } = plan
  if (modelAccessSecret === undefined) return
  const token = known.hubToken ?? (await readToken(modelAccessSecret, plan, known.companions, ports))
  const warn = (why: string): void => {
    const message = `Whether the token may read ${model.modelId} was not checked: ${why}.`
    ports.emit({ type: 'warning', phase: 'plan', code: 'hub-not-asked', message })
  }
  if (token === undefined) return warn(`this identity may not read the Secret ${modelAccessSecret}`)
  const isOnHub = !model.modelId.startsWith('/')
  if (!isOnHub || (!model.gated && known.hubToken === undefined)) return
  const answer = await ports.hub.checkAccess(model.modelId, token, ports.signal)
  if (answer.outcome === 'ok') return
  if (answer.outcome === 'unknown') return warn(answer.why)
  const page = ports.hub.pageOf(model.modelId)
  const [message, hint] = {
    unauthorized: [
      `The Hub does not accept the token for ${model.modelId}.`,
      advice`Make a new one with the right to read, and give it with ${setting('hfTokenFile', 'FILE')}.`,
    ],
    forbidden: [
      `The account of the token may not read ${model.modelId}.`,
      `Open ${page} with that account and accept the licence; then run the same command again.`,
    ],
    'not-found': [`The Hub has no ${model.modelId}, or hides it from this token.`, `Look at ${page}`],
  }[answer.outcome] as [string, Advice]
  throw new KaitoError({ code: 'PREFLIGHT_REFUSED', phase: 'plan', message, reason: `Hub: ${answer.outcome}`, hint })
}

/** From the same input, which is applied too, or from the cluster; undefined where this identity may not read it. */
async function readToken(
  name: string,
  { namespace }: Plan,
  companions: readonly KubeObject[],
  ports: Ports,
): Promise<string | undefined> {
  const beside = besideWorkspace(companions, KINDS.secret.kind, name, namespace)
  const plain = (beside?.['stringData'] as Record<string, string> | undefined)?.[HUB_TOKEN_KEY]
  const given = plain ?? secretValue(beside, HUB_TOKEN_KEY)
  if (given !== undefined) return given.trim()
  const ref = refTo(KINDS.secret, name, namespace)
  const found = await ifPermitted(ports.kube.get(ref, ports.signal).then((secret) => ({ secret })))
  if (found === undefined) return undefined
  const stored = secretValue(found.secret, HUB_TOKEN_KEY)
  if (stored !== undefined) return stored.trim()
  const isThere = beside !== undefined || found.secret !== undefined
  throw new KaitoError({
    code: 'PREFLIGHT_REFUSED',
    phase: 'plan',
    message: isThere
      ? `The Secret ${name} in namespace ${namespace} has no key ${HUB_TOKEN_KEY}, from which the engine takes its token.`
      : `The Secret ${name}, from whose key ${HUB_TOKEN_KEY} the engine takes its token, is neither in the input nor in namespace ${namespace}.`,
    hint: advice`${isThere ? 'Add the key' : 'Create it'}: ${createCommand(name, namespace, found.secret !== undefined)}; or give the token with ${setting('hfTokenFile', 'FILE')}`,
    resource: { kind: KINDS.secret.kind, name, namespace },
  })
}

/** What exists keeps its other keys. */
function createCommand(name: string, namespace: string, exists: boolean): Advice {
  const create = ['create', 'secret', 'generic', name, '-n', namespace, `--from-file=${HUB_TOKEN_KEY}=FILE`]
  if (!exists) return advice`${kubectl(...create)}`
  return advice`${kubectl(...create, '--dry-run=client', '-o', 'yaml')} | ${kubectl('apply', '-f', '-')}`
}
