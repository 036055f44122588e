/** Where the real node keeps its things. */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { BED, RUN } from '../cluster/starter/places.ts'

const NODE = join(BED, 'node')
export const SOURCES = fileURLToPath(new URL('.', import.meta.url))

export const PROGRAMS = join(NODE, 'bin')
/** What containerd has pulled and unpacked, kept from one start to the next. */
export const CONTAINERD_ROOT = join(NODE, 'containerd')
/** The registry's store, in the layout of distribution/distribution. */
export const REGISTRY_STORE = join(NODE, 'registry')
/** Debian packages of the image's base. */
export const PACKAGES = join(NODE, 'packages')
/** Emptied with each start. */
export const NODE_RUN = join(RUN, 'node')

export const NODE_NAME = 'real-node'
/** The bridge that pods hang on; the kubelet listens here too, where the API server reaches it. */
export const NODE_IP = '10.245.0.1'
export const POD_SUBNET = '10.245.0.0/24'

/** Plain HTTP on loopback, which containerd takes without being told. */
export const REGISTRY = '127.0.0.1:5000'
/** The same store behind a password. */
export const PRIVATE_REGISTRY = '127.0.0.1:5001'
/** PULLER / its password; what stands below is the bcrypt hash of it. */
export const PULLER = { username: 'puller', password: 'let-me-pull' } as const

export const ENGINE_IMAGE = 'vllm-cpu:0.32.0'
export const PAUSE_IMAGE = 'pause:1'
/** Where the image has its model. */
export const MODEL_IN_IMAGE = '/models/tiny'
