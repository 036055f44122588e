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
    docs: advice`A node pool, which costs money, or a delete is not confirmed; without a terminal nothing asks: ${setting('yes')}.`,
  },
  DECLINED: {
    exit: 2,
    title: 'Answered with no',
    docs: 'The question was answered with anything but y. Nothing changed.',
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
    title: 'Refused before anything is paid for',
    docs: 'A check made before any change says that this cannot work.',
  },
  QUOTA_EXCEEDED: {
    exit: 4,
    title: 'The cloud quota does not allow this node pool',
    docs: 'The family or regional vCPU quota is used up or was never granted.',
  },
  CAPACITY_UNAVAILABLE: {
    exit: 4,
    title: 'The cloud has no capacity for this machine type right now',
    docs: 'The zone or region is out of stock. Try again later, or take another machine type or region.',
  },
  UNAUTHENTICATED: {
    exit: 5,
    title: 'Not signed in',
    docs: 'The kubeconfig does not lead into a cluster, or cloud or cluster did not accept the credentials.',
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
  OUTPUT_FAILED: {
    exit: 5,
    title: 'The output cannot be written',
    docs: 'The disk is full, or refuses it. What the command was to do is done; what it says of it is not whole.',
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
    docs: advice`Nothing was broken when ${setting('timeout')} ended the wait. The same command goes on from there.`,
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
