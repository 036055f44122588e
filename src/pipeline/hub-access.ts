/** Will the engine get its weights? Found out from the Hub before a machine is paid for, when the Hub can be reached. */
import { KaitoError } from '#core/errors.ts'
import type { KubeObject } from '#core/kube-object.ts'
import type { Plan } from '#core/plan/types.ts'
import { HUB_TOKEN_KEY, secretValue } from '#core/state/generated.ts'
import type { Ports } from './ports.ts'

interface Known {
  /** Given with this command. */
  hubToken: string | undefined
  companions: readonly KubeObject[]
}

/** PREFLIGHT_REFUSED when the Hub says no; a warning when nobody can say. */
export async function checkHubAccess(plan: Plan, known: Known, ports: Ports): Promise<void> {
  const { model, modelAccessSecret } = plan
  const isOnHub = !model.modelId.startsWith('/')
  if (!isOnHub || (!model.gated && known.hubToken === undefined)) return
  const token = known.hubToken ?? (await readToken(plan, known.companions, ports))
  const answer =
    token === undefined
      ? ({ outcome: 'unknown', why: `the Secret ${modelAccessSecret} could not be read` } as const)
      : await ports.hub.checkAccess(model.modelId, token, ports.signal)
  if (answer.outcome === 'ok') return
  if (answer.outcome === 'unknown') {
    const message = `Whether the token may read ${model.modelId} was not checked: ${answer.why}.`
    ports.emit({ type: 'warning', phase: 'plan', code: 'hub-not-asked', message })
    return
  }
  const page = ports.hub.pageOf(model.modelId)
  const [message, hint] = {
    unauthorized: [
      `The Hub does not accept the token for ${model.modelId}.`,
      'Make a new one with the right to read, and give it with --hf-token-file FILE.',
    ],
    forbidden: [
      `The account of the token may not read ${model.modelId}.`,
      `Open ${page} with that account and accept the licence; then run the same command again.`,
    ],
    'not-found': [`The Hub has no ${model.modelId}, or hides it from this token.`, `Look at ${page}`],
  }[answer.outcome] as [string, string]
  throw new KaitoError({ code: 'PREFLIGHT_REFUSED', phase: 'plan', message, reason: `Hub: ${answer.outcome}`, hint })
}

/** From the same input, or from the cluster where this identity may read it. */
async function readToken(plan: Plan, companions: readonly KubeObject[], ports: Ports): Promise<string | undefined> {
  const { modelAccessSecret: name, namespace } = plan
  if (name === undefined) return undefined
  const beside = companions.find(({ kind, metadata }) => kind === 'Secret' && metadata.name === name)
  const plain = (beside?.['stringData'] as Record<string, string> | undefined)?.[HUB_TOKEN_KEY]
  if (plain !== undefined) return plain.trim()
  const secret =
    beside ??
    (await ports.kube.get({ apiVersion: 'v1', kind: 'Secret', name, namespace }, ports.signal).catch(() => undefined))
  ports.signal.throwIfAborted()
  return secretValue(secret, HUB_TOKEN_KEY)?.trim()
}
