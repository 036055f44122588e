/** Forms of names and labels, as an API server holds objects to them. */
import type { Report } from '../issues.ts'
import { NAMESPACE_NAME } from '../namespace-name.ts'
import type { WorkspaceDocument } from '../schema.ts'
import type { Path } from '../text/text-place.ts'

interface Form {
  rule: string
  pattern: RegExp
  allowed: string
}

const SUBDOMAIN: Form = {
  rule: 'bad-name',
  pattern: /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
  allowed: 'lower-case letters, digits, dashes and dots, at most 253, starting and ending with a letter or digit',
}
const NAMESPACE: Form = {
  rule: 'bad-name',
  pattern: NAMESPACE_NAME,
  allowed: 'lower-case letters, digits and dashes, at most 63, starting and ending with a letter or digit',
}
const LABEL_VALUE: Form = {
  rule: 'bad-label',
  pattern: /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/,
  allowed: 'letters, digits, dashes, underscores and dots, at most 63, starting and ending with a letter or digit',
}
const LABEL_KEY: Form = {
  rule: 'bad-label',
  pattern: /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/,
  allowed:
    'a name of at most 63 letters, digits, dashes, underscores and dots, and a DNS name and / before it if need be',
}

interface Metadata {
  name: string
  namespace?: string | undefined
  labels?: Readonly<Record<string, string>> | undefined
}

/** @param isNamed the name has a rule of its own. */
export function checkMetadata({ name, namespace, labels }: Metadata, isNamed: boolean, report: Report): void {
  if (!isNamed) check(SUBDOMAIN, 'a name', name, ['metadata', 'name'], report)
  check(NAMESPACE, 'a namespace', namespace, ['metadata', 'namespace'], report)
  checkLabels(labels, ['metadata', 'labels'], report)
}

export function checkForms({ metadata, resource, inference }: WorkspaceDocument, report: Report): void {
  checkMetadata(metadata, true, report)
  checkLabels(resource?.labelSelector?.matchLabels, ['resource', 'labelSelector', 'matchLabels'], report)
  const { modelAccessSecret, imagePullSecrets = [] } = inference?.preset?.presetOptions ?? {}
  const options = ['inference', 'preset', 'presetOptions']
  check(SUBDOMAIN, 'the name of a Secret', modelAccessSecret, [...options, 'modelAccessSecret'], report)
  for (const [index, name] of imagePullSecrets.entries())
    check(SUBDOMAIN, 'the name of a Secret', name, [...options, 'imagePullSecrets', index], report)
  check(SUBDOMAIN, 'the name of a ConfigMap', inference?.config, ['inference', 'config'], report)
}

function checkLabels(labels: Readonly<Record<string, string>> = {}, path: Path, report: Report): void {
  for (const [key, value] of Object.entries(labels)) {
    check(LABEL_KEY, 'the key of a label', key, [...path, key], report, true)
    check(LABEL_VALUE, 'the value of a label', value, [...path, key], report)
  }
}

function check(
  { rule, pattern, allowed }: Form,
  what: string,
  value: string | undefined,
  path: Path,
  report: Report,
  atKey = false,
): void {
  if (value === undefined || pattern.test(value)) return
  report({ rule, message: `this cannot be ${what}`, path, value, allowed, atKey })
}
