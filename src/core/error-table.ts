/**
 * Every way in which kaito can refuse or fail has one stable code here. Callers branch on the code, never on
 * message text. `docs/errors.md` is generated from this table.
 */

/** The exit codes of the command line. `diff` alone uses 1 for "there are changes", and 70 for a bug (EX_SOFTWARE). */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 70 | 130

interface ErrorRow {
  exit: ExitCode
  title: string
  docs: string
}

export const ERRORS = {
  INTERNAL: {
    exit: 1,
    title: 'A bug in kaito',
    docs: 'Something was thrown that kaito does not know. Please report it with the stack.',
  },
  USAGE: {
    exit: 2,
    title: 'Wrong use of the command line',
    docs: 'An unknown flag, a missing argument, or a flag that contradicts another.',
  },
  SPEC_INVALID: {
    exit: 2,
    title: 'The workspace file is not valid',
    docs: 'All problems are listed with file, line and column.',
  },
  CONFIRMATION_REQUIRED: {
    exit: 2,
    title: 'This needs a yes',
    docs: 'A node pool, which costs money, or a delete is not confirmed; without a terminal nothing asks: --yes.',
  },
  UNKNOWN_MODEL: {
    exit: 2,
    title: 'No preset of that name',
    docs: 'The name is neither a preset nor an alias of one.',
  },
  NO_FIT: {
    exit: 3,
    title: 'The model does not fit the GPU',
    docs: 'Weights, overhead and at least one request of KV cache exceed the GPU memory.',
  },
  PREFLIGHT_REFUSED: {
    exit: 3,
    title: 'Known to fail before it is paid for',
    docs: 'A check made before any change says that this cannot work.',
  },
  QUOTA_EXCEEDED: {
    exit: 4,
    title: 'The cloud quota does not allow this node pool',
    docs: 'The family or regional vCPU quota is used up or was never granted.',
  },
  CAPACITY_UNAVAILABLE: {
    exit: 4,
    title: 'The cloud has no such machine to give now',
    docs: 'A stock-out in the zone or region. Retry later, or another zone, size or region.',
  },
  UNAUTHENTICATED: {
    exit: 5,
    title: 'Not signed in',
    docs: 'The cloud or the cluster did not accept the credentials.',
  },
  PERMISSION_DENIED: { exit: 5, title: 'Not allowed', docs: 'The identity is known, the right is missing.' },
  NOT_FOUND: { exit: 5, title: 'Not found', docs: 'The cluster, pool or object does not exist.' },
  CONFLICT: {
    exit: 5,
    title: 'Someone else owns or changes this',
    docs: 'A field manager conflict, an operation in progress, or an object of another owner.',
  },
  LOCKED: {
    exit: 5,
    title: 'Another kaito run holds the lock',
    docs: 'The Lease of the workspace is held by a live process. Wait for it, or pass --wait-lock.',
  },
  LOCK_LOST: {
    exit: 5,
    title: 'The lock was lost',
    docs: 'Renewing the Lease failed; the run stopped before its next write.',
  },
  INVALID_ARGUMENT: {
    exit: 5,
    title: 'The API refused the request',
    docs: 'The cloud or the API server says that a field is wrong.',
  },
  THROTTLED: {
    exit: 5,
    title: 'Throttled',
    docs: 'The API asked to slow down for longer than kaito is willing to wait.',
  },
  UNAVAILABLE: {
    exit: 5,
    title: 'The API cannot be reached',
    docs: 'No connection, a timeout, or a server error that did not pass.',
  },
  UNKNOWN: { exit: 5, title: 'The API failed in a way that kaito does not know', docs: 'The raw reason is attached.' },
  POOLS_UNSUPPORTED: {
    exit: 5,
    title: 'kaito makes no node pools on this cloud',
    docs: "Deploying onto one's own GPU nodes there works: --byo.",
  },
  NODE_NOT_READY: {
    exit: 5,
    title: 'The node did not become ready',
    docs: 'The pool exists, its node never joined or never became Ready; or no node that could take the pods is Ready.',
  },
  GPU_NOT_ALLOCATABLE: {
    exit: 5,
    title: 'The node is ready but has no GPU to give',
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
    title: 'A volume of the pod is not there',
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
    title: 'The registry wants other credentials',
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
    title: 'The model was not made for so long a context',
    docs: 'max-model-len is above what the model itself allows.',
  },
  MODEL_NOT_FOUND: {
    exit: 6,
    title: 'The engine finds no model',
    docs: 'The path does not exist in the container, or the Hub has no such repository or revision.',
  },
  MODEL_ACCESS_DENIED: {
    exit: 6,
    title: 'The Hub does not give out the model',
    docs: 'The token is missing, wrong, badly stored, or its account has not accepted the licence.',
  },
  HUB_THROTTLED: {
    exit: 6,
    title: 'The Hub throttles',
    docs: 'Too many requests from this account or address.',
  },
  GPU_OUT_OF_MEMORY: {
    exit: 6,
    title: 'The GPU ran out of memory',
    docs: 'The engine could not allocate what it needs on the GPU.',
  },
  ENGINE_INCOMPATIBLE: {
    exit: 6,
    title: 'Engine, model, driver and GPU do not go together',
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
  NO_ENDPOINTS: {
    exit: 6,
    title: 'The Service leads to no pod',
    docs: 'The pods are ready but the Service selects none of them, or the wrong port.',
  },
  NOT_ANSWERING: {
    exit: 6,
    title: 'The endpoint does not answer as it should',
    docs: 'Health, the model list or a completion failed, over port-forward or through the Service.',
  },
  WRONG_MODEL: {
    exit: 6,
    title: 'The endpoint serves another model name',
    docs: '/v1/models does not list the name that was asked for.',
  },
  TIMED_OUT: {
    exit: 7,
    title: 'Out of time while still progressing',
    docs: 'Nothing was broken when --timeout ended the wait. The same command goes on from there.',
  },
  LEFTOVERS: {
    exit: 8,
    title: 'Something is left after delete',
    docs: 'The cloud or the cluster still has something that was to be removed; each is named.',
  },
  INTERRUPTED: {
    exit: 130,
    title: 'Interrupted',
    docs: 'Ctrl-C or SIGTERM. What exists is named, with the commands to go on or to undo.',
  },
} as const satisfies Record<string, ErrorRow>

export type ErrorCode = keyof typeof ERRORS
