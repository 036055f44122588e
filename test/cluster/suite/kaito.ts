/** kaito with this process's environment, and as whoever works in the namespace that it names. */
import { type Run, type RunOptions, runKaito } from '../../support/run-kaito.ts'
import { KUBECONFIG } from '../starter/places.ts'

/** Namespace → kubeconfig of whoever works there in place of the bed's administrator. */
export const identities = new Map<string, string>()

export function kaito(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  return runKaito(args, { ...process.env, ...asWhom(args, options.env) }, options)
}

function asWhom(args: readonly string[], env: Record<string, string> = {}): Record<string, string> {
  const own = identities.get(args[args.indexOf('-n') + 1] ?? '')
  return own === undefined || env['KUBECONFIG'] !== KUBECONFIG ? env : { ...env, KUBECONFIG: own }
}
