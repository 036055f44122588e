/** Where the bed keeps what it builds (`.bed/`, ignored by git) and where it listens. */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
export const BED = join(ROOT, '.bed')
/** Of the running bed; deleted with it. */
export const RUN = join(BED, 'run')
export const LOGS = join(BED, 'log')
export const SOURCES = join(ROOT, 'test/cluster')

export const BINARIES = {
  bed: join(BED, 'bin/bed'),
  kwok: join(BED, 'bin/kwok'),
  kubectl: join(BED, 'bin/kubectl'),
} as const
export const VENV = join(BED, 'venv')
export const MODEL = join(BED, 'models/tiny')
export const KWOK_STAGES = join(BED, 'kwok-stages')

export const KUBECONFIG = join(RUN, 'kubeconfig')
export const AUDIT_LOG = join(RUN, 'audit.log')
export const PIDS = join(RUN, 'pids.json')

/** Ports on this machine's loopback. The bed's own network has the same API and engine ports inside. */
export const API_PORT = 16443
export const ENGINE_PORT = 18000
export const ARM_PORT = 18080
export const ARM_URL = `http://127.0.0.1:${ARM_PORT}`
/** What vLLM listens on inside, and what a rendered container names. */
export const POD_PORT = 8000
/** An engine that answers 500, for the pods of one namespace. */
export const BROKEN_PORT = 8099
export const BROKEN_NAMESPACE = 'engine-500'

export const API_SOCKET = join(RUN, 'api.sock')
export const ENGINE_SOCKET = join(RUN, 'engine.sock')
/** A connection to it starts the real node. */
export const NODE_SOCKET = join(RUN, 'node.sock')
