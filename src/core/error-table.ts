/**
 * Every way in which kaito can refuse or fail has one stable code here. Callers branch on the code, never on
 * message text. `docs/errors.md` is generated from this table.
 */
import { advice, setting } from './advice.ts'
import type { ErrorRow } from './error-row.ts'
import { POD_ERRORS } from './pod-error-table.ts'

export const ERRORS = {
  INTERNAL: {
    exit: 1,
    title: 'A bug in kaito',
    docs: 'An unexpected exception. Please report it with its stack trace.',
  },
  USAGE: {
    exit: 2,
    title: 'Invalid command line',
    docs: 'An unknown flag, a missing argument, or a flag that contradicts another.',
  },
  SPEC_INVALID: {
    exit: 2,
    title: 'The workspace file is invalid',
    docs: 'All problems are listed with file, line and column.',
  },
  CONFIRMATION_REQUIRED: {
    exit: 2,
    title: 'Confirmation required',
    docs: advice`A node pool, which costs money, or a delete was not confirmed. Without a terminal kaito does not prompt: pass ${setting('yes')}.`,
  },
  DECLINED: {
    exit: 2,
    title: 'Declined',
    docs: 'The prompt was not answered with y. Nothing changed.',
  },
  UNKNOWN_MODEL: {
    exit: 2,
    title: 'Unknown model',
    docs: 'The name is neither a preset nor an alias of one.',
  },
  NO_FIT: {
    exit: 3,
    title: 'The model does not fit the GPU',
    docs: 'Weights, overhead and at least one request of KV cache exceed the GPU memory.',
  },
  PREFLIGHT_REFUSED: {
    exit: 3,
    title: 'Refused before anything is billed',
    docs: 'A check before any change found that this cannot work.',
  },
  NO_DEVICE_PLUGIN: {
    exit: 3,
    title: 'Nothing would announce the GPUs',
    docs: 'No device plugin of the cluster would run on new nodes: their GPUs could not be allocated, and would be paid for.',
  },
  QUOTA_EXCEEDED: {
    exit: 4,
    title: 'The cloud quota does not allow this node pool',
    docs: 'The family or regional vCPU quota is used up or was never granted.',
  },
  CAPACITY_UNAVAILABLE: {
    exit: 4,
    title: 'The cloud has no capacity for this machine type right now',
    docs: 'The zone or region is out of stock. Try again later, or use another machine type or region.',
  },
  UNAUTHENTICATED: {
    exit: 5,
    title: 'Not signed in',
    docs: 'The kubeconfig points to no cluster, or the cloud or cluster rejected the credentials.',
  },
  PERMISSION_DENIED: { exit: 5, title: 'Not allowed', docs: 'The identity lacks the permission.' },
  NOT_FOUND: { exit: 5, title: 'Not found', docs: 'The cluster, pool or object does not exist.' },
  CONFLICT: {
    exit: 5,
    title: 'Someone else owns or is changing this',
    docs: 'A field manager conflict, an operation in progress, or an object with another owner.',
  },
  LOCKED: {
    exit: 5,
    title: 'Another kaito run holds the lock',
    docs: advice`The Lease of the workspace is held by a live process. Wait for it, or pass ${setting('waitLock')}.`,
  },
  LOCK_LOST: {
    exit: 5,
    title: 'The lock was lost',
    docs: 'Renewing the Lease failed; the run stopped before its next write.',
  },
  INVALID_ARGUMENT: {
    exit: 5,
    title: 'The API refused the request',
    docs: 'The cloud or the API server rejected a field.',
  },
  THROTTLED: {
    exit: 5,
    title: 'Throttled',
    docs: 'The API asked kaito to slow down for longer than it waits.',
  },
  UNAVAILABLE: {
    exit: 5,
    title: 'The API cannot be reached',
    docs: 'No connection, a timeout, or a persistent server error.',
  },
  UNKNOWN: { exit: 5, title: 'The API failed with an unknown error', docs: 'The raw reason is attached.' },
  OUTPUT_FAILED: {
    exit: 5,
    title: 'Cannot write the output',
    docs: 'The disk is full or refuses the write. The command itself has finished; its output is incomplete.',
  },
  POOLS_UNSUPPORTED: {
    exit: 5,
    title: 'kaito does not create node pools on this cloud',
    docs: advice`Deploying to your own GPU nodes there works: ${setting('byo')}.`,
  },
  ...POD_ERRORS,
  NO_ENDPOINTS: {
    exit: 6,
    title: 'The Service has no endpoints',
    docs: 'The pods are ready but the Service selects none of them, or the wrong port.',
  },
  NOT_ANSWERING: {
    exit: 6,
    title: 'The endpoint does not answer correctly',
    docs: 'Health, the model list or a completion failed, over port-forward or through the Service.',
  },
  WRONG_MODEL: {
    exit: 6,
    title: 'The endpoint serves another model',
    docs: '/v1/models does not list the requested name.',
  },
  TIMED_OUT: {
    exit: 7,
    title: 'Timed out while still progressing',
    docs: advice`Nothing had failed when ${setting('timeout')} ended the wait. Run the same command again to continue.`,
  },
  LEFTOVERS: {
    exit: 8,
    title: 'Something is left after the delete',
    docs: 'The cloud or the cluster still has something that should be gone; each is named.',
  },
  INTERRUPTED: {
    exit: 130,
    title: 'Interrupted',
    docs: 'Ctrl-C or SIGTERM. What exists is named, with the commands to go on or to undo.',
  },
} as const satisfies Record<string, ErrorRow>

export type ErrorCode = keyof typeof ERRORS
