/** What each command hands over: the only thing on stdout, as text for people or as JSON, YAML or names. */

import type { Advice, Worded } from './advice.ts'
import type { ErrorCode } from './error-table.ts'
import type { ChangeKind } from './events.ts'
import type { KubeObject, ObjectRef } from './objects/kube-object.ts'
import type { Loss, SettingChange } from './plan/setting-changes.ts'
import type { Settings } from './plan/settings.ts'
import type { Plan } from './plan/types.ts'
import type { PlanWarning, Problem } from './problem.ts'
import type { Verification, WorkspaceStatus } from './status/workspace-status.ts'

/** One object of a change set. `diff` is a unified line diff with secrets masked; absent when unchanged. */
export interface ObjectChange {
  ref: ObjectRef
  change: ChangeKind
  diff?: string
}

/** What happens, or happened, to the node pool. */
export interface PoolChange {
  name: string
  /** `existing`: one's own nodes, nothing to create. */
  change: 'created' | 'scaled' | 'shrunk' | 'unchanged' | 'deleted' | 'existing'
  /** Of `scaled` and `shrunk`. */
  nodes?: { from: number; to: number }
  /** The workspace moves away from these: they go when it answers from this one. */
  leaves?: readonly PoolLeft[]
}

/** A pool that is given up, as the cloud has it now. */
export interface PoolLeft {
  name: string
  instanceType: string
  nodes: number
  /** Of all of them. */
  usdPerHour: number | undefined
}

export function leftBy({ leaves = [] }: PoolChange): readonly PoolLeft[] {
  return leaves
}

/** The cloud is asked for machines, which cost money from then on. */
export function isPoolMade({ change }: PoolChange): boolean {
  return change === 'created' || change === 'scaled'
}

export interface PlanResult {
  kind: 'Plan'
  target: Target
  plan: Plan
  pool: PoolChange
  /** Settings that hold because an earlier deploy said them. */
  kept: (keyof Settings)[]
  /** Each value that changes, against what the last deploy came to. */
  settings: SettingChange[]
  /** What of it takes something away from those who use the workspace: asked about, like money. */
  losses: Loss[]
  changes: ObjectChange[]
}

/** Where a command works; shown before any change. */
export interface Target {
  context: string
  server: string
  namespace: string
  cloud?: string
  /** Subscription and resource group, account or project, and the cluster's name there. */
  account?: string
  isOffline: boolean
  /** The sandbox: nothing of it is real. */
  isSimulated?: true
}

export interface Endpoint {
  workspace: string
  namespace: string
  /** Inside the cluster: `http://name.namespace.svc:80/v1`. */
  url: string
  /** Where it is led to on this machine: `http://127.0.0.1:8000/v1`. */
  localUrl?: string
  service: string
  servedModelName: string
  /** Secret with key API_KEY, which requests must bring; absent: the endpoint is open to the cluster. */
  apiKeySecret?: string
  /** One question, to copy. */
  chatCommand: Advice
  /** Makes the URL reachable from here until Ctrl-C, to copy. */
  portForwardCommand: Advice
  /** A completion through that port-forward, to copy into another terminal; it waits until the port is open. */
  curlCommand: Advice
}

export interface DeployResult {
  kind: 'Deploy'
  target: Target
  plan: Plan
  pool: PoolChange
  settings: SettingChange[]
  changes: ObjectChange[]
  verifications: Verification[]
  endpoint: Endpoint
  revision: number
  elapsedMs: number
}

export interface DiffResult {
  kind: 'Diff'
  workspace: string
  hasChanges: boolean
  pool: PoolChange
  changes: ObjectChange[]
}

export interface RenderResult {
  kind: 'Render'
  objects: KubeObject[]
  /** The comment on top; not in JSON, which is the List that kubectl takes. */
  notes: RenderNote[]
}

/** What whoever reads a manifest in git wants to know of it. */
export interface RenderNote {
  /** Of kaito. */
  version: string
  plan: Plan
  warnings: PlanWarning[]
  /** What the cloud's managed Kubernetes is called; absent on one's own nodes. */
  service?: string
  /** Makes a pool that the pods run on. */
  makePool?: Advice
}

export interface LintResult {
  kind: 'Lint'
  /** Every file that was read. */
  files: string[]
  problems: Problem[]
  workspaces: string[]
}

/** Stands where the namespace would, when an answer is about more than one. */
export const EVERY_NAMESPACE = '(all)'

export interface StatusResult {
  kind: 'Status'
  target: Target
  workspaces: WorkspaceStatus[]
}

export interface DeleteResult {
  kind: 'Delete'
  target: Target
  workspace: string
  pool: PoolChange | undefined
  /** `deleted`, or `kept` for what the user brought. */
  changes: ObjectChange[]
  elapsedMs: number
}

/** How one of several workspaces came out of a run. `stopped`: something else has ended it before its end. */
export interface WorkspaceEnd {
  workspace: string
  namespace: string
  outcome: 'done' | 'failed' | 'stopped' | 'not begun'
  code?: ErrorCode
}

export type Result =
  | PlanResult
  | DeployResult
  | DiffResult
  | RenderResult
  | LintResult
  | StatusResult
  | DeleteResult
  | EndpointResult
  | ChatResult
  | SandboxResult
  | InitResult

/** With each command in it as it is typed. */
export type ShownResult = Shown<Result>

/** Words stand for the advice where there is some. */
export type Shown<R> = R extends object ? { [K in keyof R]: ShownField<R[K], K> } : R

type ShownField<V, K> = K extends 'endpoint' | 'workspaces' | 'next' | 'problems'
  ? Worded<V>
  : V extends Plan
    ? Omit<V, 'warnings'> & { warnings: Worded<PlanWarning>[] }
    : V

interface InitResult {
  kind: 'Init'
  file: string
  workspace: string
  /** Commands to go on with. */
  next: Advice[]
}

export type SandboxResult = { kind: 'Sandbox' } & (
  | {
      isRunning: false
      /** By this command; `stopped`: what was in it is kept. */
      ended?: 'stopped' | 'forgotten'
    }
  | {
      isRunning: true
      pid: number
      /** ISO time. */
      startedAt: string
      kubeconfig: string
      settings: { speed: number; drill: string | null; engine: string | null }
      nodes: number
      pods: number
      /** `namespace/name`. */
      workspaces: string[]
    }
)

export interface EndpointResult {
  kind: 'Endpoint'
  endpoint: Endpoint
}

/** One question, and the whole answer. */
export interface ChatResult {
  kind: 'Chat'
  workspace: string
  namespace: string
  model: string
  system?: string
  prompt: string
  answer: string
  /** What a reasoning model writes before its answer. */
  thought?: string
  /** As the OpenAI API has it: `stop`, `length`. */
  finishReason: string
}
