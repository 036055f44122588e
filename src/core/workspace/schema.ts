/**
 * The Workspace of kaito.sh/v1alpha1 and v1beta1, as zod: one source for validation, types and did-you-mean.
 * Source of fields and limits: kaito-project/kaito api/v1beta1/workspace_types.go at v0.12.0.
 */

import * as z from 'zod'
import { KINDS } from '../objects/kinds.ts'
import { IMAGE_REFERENCE, IMAGE_RULE } from './image-reference.ts'
import { APIS } from './spec.ts'

// A run reads a few documents: compiling a reader for each schema takes longer than reading them without.
z.config({ jitless: true })

const names = z.array(z.string().min(1))
const free = z.record(z.string(), z.unknown())

const labelSelector = z.strictObject({
  matchLabels: z.record(z.string(), z.string()).optional(),
  matchExpressions: z
    .array(z.strictObject({ key: z.string(), operator: z.string(), values: z.array(z.string()).optional() }))
    .optional(),
})

const partition = z.strictObject({
  mode: z.enum(['mig', 'accelerator']),
  profile: z.string().optional(),
  count: z.int().min(1).optional(),
})

const resource = z.strictObject({
  count: z.int().min(1).optional(),
  instanceType: z
    .string()
    .regex(/^[A-Za-z0-9._-]*$/, 'letters, digits, dots, dashes and underscores, for example Standard_NC24ads_A100_v4')
    .optional(),
  labelSelector: labelSelector.optional(),
  preferredNodes: names.optional(),
  partition: partition.optional(),
})

const preset = z.strictObject({
  name: z.string().min(1),
  accessMode: z.enum(['public', 'private']).optional(),
  presetOptions: z
    .strictObject({
      image: z.string().regex(IMAGE_REFERENCE, IMAGE_RULE).optional(),
      imagePullSecrets: names.optional(),
      modelAccessSecret: z.string().optional(),
    })
    .optional(),
})

const source = z.strictObject({
  name: z.string().optional(),
  urls: names.optional(),
  image: z.string().optional(),
  imagePullSecrets: names.optional(),
  volumeSource: free.optional(),
})

const adapter = z.strictObject({ source: source.optional(), strength: z.string().optional() })

const inference = z.strictObject({
  preset: preset.optional(),
  template: free.optional(),
  config: z.string().optional(),
  adapters: z.array(adapter).max(10).optional(),
})

const tuning = z.strictObject({
  preset: preset.optional(),
  method: z.string().optional(),
  config: z.string().optional(),
  input: source.optional(),
  output: z
    .strictObject({
      image: z.string().optional(),
      imagePushSecret: z.string().optional(),
      volumeSource: free.optional(),
    })
    .optional(),
})

/** What an API server adds; it stands in the output of `kubectl get -o yaml` and means nothing here. */
const added = z.unknown().optional()
const metadata = z.strictObject({
  name: z.string().min(1),
  namespace: z.string().optional(),
  labels: z.record(z.string(), z.string()).optional(),
  annotations: z.record(z.string(), z.string()).optional(),
  creationTimestamp: added,
  deletionGracePeriodSeconds: added,
  deletionTimestamp: added,
  finalizers: added,
  generateName: added,
  generation: added,
  managedFields: added,
  ownerReferences: added,
  resourceVersion: added,
  selfLink: added,
  uid: added,
})

/** In upstream's shape: resource, inference and tuning at the top level. */
export const workspaceSchema = z.strictObject({
  apiVersion: z.enum(APIS),
  kind: z.literal('Workspace'),
  metadata,
  resource: resource.optional(),
  inference: inference.optional(),
  tuning: tuning.optional(),
  status: z.unknown().optional(),
})
export type WorkspaceDocument = z.infer<typeof workspaceSchema>

const text = z.record(z.string(), z.string())

/** What may stand beside a workspace, each as far as it is looked into. */
export const companionSchemas = {
  [KINDS.secret.kind]: z.strictObject({
    apiVersion: z.literal(KINDS.secret.apiVersion),
    kind: z.literal(KINDS.secret.kind),
    metadata,
    type: z.string().optional(),
    data: text.optional(),
    stringData: text.optional(),
    immutable: z.boolean().optional(),
  }),
  [KINDS.configMap.kind]: z.strictObject({
    apiVersion: z.literal(KINDS.configMap.apiVersion),
    kind: z.literal(KINDS.configMap.kind),
    metadata,
    data: text.optional(),
    binaryData: text.optional(),
    immutable: z.boolean().optional(),
  }),
  [KINDS.persistentVolumeClaim.kind]: z.strictObject({
    apiVersion: z.literal(KINDS.persistentVolumeClaim.apiVersion),
    kind: z.literal(KINDS.persistentVolumeClaim.kind),
    metadata,
    spec: free,
    status: z.unknown().optional(),
  }),
} as const

/** The fields that an object may have at a path; undefined where anything goes. */
export function knownFields(schema: z.ZodType, path: readonly PropertyKey[]): string[] | undefined {
  let here: z.ZodType | undefined = schema
  for (const step of path) {
    here = unwrap(here)
    if (here instanceof z.ZodObject) here = here.shape[String(step)] as z.ZodType | undefined
    else if (here instanceof z.ZodArray) here = here.element as z.ZodType
    else return undefined
  }
  here = unwrap(here)
  return here instanceof z.ZodObject ? Object.keys(here.shape) : undefined
}

function unwrap(schema: z.ZodType | undefined): z.ZodType | undefined {
  return schema instanceof z.ZodOptional ? (schema.unwrap() as z.ZodType) : schema
}
