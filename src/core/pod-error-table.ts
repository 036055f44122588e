/** The rows of `error-table.ts` that tell what becomes of pods, and of the nodes that they want. */
import type { ErrorRow } from './error-row.ts'

export const POD_ERRORS = {
  NODE_NOT_READY: {
    exit: 5,
    title: 'The node did not become ready',
    docs: 'The pool exists, its node never joined or never became Ready; or no node that could take the pods is Ready.',
  },
  GPU_NOT_ALLOCATABLE: {
    exit: 5,
    title: 'The node is Ready but has no allocatable GPU',
    docs: 'nvidia.com/gpu is not allocatable: driver or device plugin is missing.',
  },
  NO_GPU_FREE: {
    exit: 4,
    title: 'No GPU is free',
    docs: 'Every GPU of the nodes that the pod may use is taken, and no autoscaler adds one.',
  },
  NAMESPACE_QUOTA_EXCEEDED: {
    exit: 4,
    title: 'The quota of the namespace is used up',
    docs: 'A ResourceQuota refuses to create the pods.',
  },
  TAINT_NOT_TOLERATED: {
    exit: 6,
    title: 'A taint keeps the pod away',
    docs: 'The nodes carry a taint that the pod does not tolerate.',
  },
  VOLUME_UNBOUND: {
    exit: 6,
    title: 'A volume of the pod is missing',
    docs: 'A PersistentVolumeClaim is missing, not bound, or out of reach of the nodes.',
  },
  UNSCHEDULABLE: {
    exit: 6,
    title: 'No node can take the pod',
    docs: 'The scheduler says that no node fits and none will come.',
  },
  IMAGE_NOT_FOUND: {
    exit: 6,
    title: 'The registry has no such image',
    docs: 'The repository or the tag does not exist.',
  },
  IMAGE_PULL_DENIED: {
    exit: 6,
    title: 'The registry denies the pull',
    docs: 'A pull secret is missing or wrong; some registries say the same of what does not exist.',
  },
  IMAGE_PULL_FAILED: {
    exit: 6,
    title: 'The image cannot be pulled',
    docs: 'The registry cannot be reached, or the image does not run on this node.',
  },
  SECRET_NOT_FOUND: {
    exit: 6,
    title: 'A Secret that the pod needs is missing',
    docs: 'It does not exist in the namespace of the workspace.',
  },
  SECRET_KEY_NOT_FOUND: {
    exit: 6,
    title: 'A Secret lacks a key',
    docs: 'The Secret is there, the key that the pod needs is not.',
  },
  CONTAINER_CONFIG_ERROR: {
    exit: 6,
    title: 'The container cannot be created',
    docs: 'Something that it needs is missing, or the runtime refuses it.',
  },
  OUT_OF_MEMORY: {
    exit: 6,
    title: 'The container ran out of memory',
    docs: 'The kernel killed it at its memory limit.',
  },
  CRASH_LOOP: {
    exit: 6,
    title: 'The engine keeps crashing',
    docs: 'The container ended several times; the last log lines are attached.',
  },
  ENGINE_FLAG_INVALID: {
    exit: 6,
    title: 'The engine refuses a flag',
    docs: 'A flag that this version of the engine does not know, or a value that it does not take.',
  },
  KV_CACHE_TOO_SMALL: {
    exit: 6,
    title: 'The context does not fit the KV cache',
    docs: 'Beside the weights there is not enough GPU memory for one request of the full length.',
  },
  CONTEXT_TOO_LONG: {
    exit: 6,
    title: 'The context is longer than the model supports',
    docs: 'max-model-len is above what the model itself allows.',
  },
  MODEL_NOT_FOUND: {
    exit: 6,
    title: 'The engine finds no model',
    docs: 'The path does not exist in the container, or the Hub has no such repository or revision.',
  },
  MODEL_ACCESS_DENIED: {
    exit: 6,
    title: 'The Hub denies access to the model',
    docs: 'The token is missing, wrong, badly stored, or its account has not accepted the licence.',
  },
  HUB_THROTTLED: {
    exit: 6,
    title: 'The Hub is throttling',
    docs: 'Too many requests from this account or address.',
  },
  GPU_OUT_OF_MEMORY: {
    exit: 6,
    title: 'The GPU ran out of memory',
    docs: 'The engine could not allocate what it needs on the GPU.',
  },
  ENGINE_INCOMPATIBLE: {
    exit: 6,
    title: 'Engine, model, driver and GPU are incompatible',
    docs: 'An architecture that the engine does not know, or a GPU or driver that the image does not run on.',
  },
  POD_SECURITY_VIOLATION: {
    exit: 6,
    title: 'PodSecurity refuses the pods',
    docs: 'The namespace enforces a level that the pods do not keep to.',
  },
  POD_REFUSED: {
    exit: 6,
    title: 'The cluster refuses the pods',
    docs: 'An admission webhook or policy refuses to create the pods.',
  },
  WORKLOAD_FAILED: {
    exit: 6,
    title: 'The workload failed',
    docs: 'A pod failed for another reason, which is attached.',
  },
} as const satisfies Record<string, ErrorRow>
