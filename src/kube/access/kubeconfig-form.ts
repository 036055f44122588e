/**
 * What a kubeconfig must look like: kubectl refuses the whole file for a value of another type and for a name that comes
 * twice, and choosing one of two clusters in silence would be worse. Source: k8s.io/client-go/tools/clientcmd/api/v1.
 */
import { LineCounter, parseDocument } from 'yaml'
import { offsetOf } from '#core/yaml-place.ts'

type Form = 'string' | 'boolean' | readonly [Form] | { readonly [field: string]: Form }

const NAMED = { name: 'string' } as const
const EXEC = {
  apiVersion: 'string',
  command: 'string',
  args: ['string'],
  env: [{ name: 'string', value: 'string' }],
  interactiveMode: 'string',
  installHint: 'string',
  provideClusterInfo: 'boolean',
} as const
const FORM: Form = {
  'current-context': 'string',
  clusters: [
    {
      ...NAMED,
      cluster: {
        server: 'string',
        'tls-server-name': 'string',
        'insecure-skip-tls-verify': 'boolean',
        'certificate-authority': 'string',
        'certificate-authority-data': 'string',
        'proxy-url': 'string',
        'disable-compression': 'boolean',
      },
    },
  ],
  contexts: [{ ...NAMED, context: { cluster: 'string', user: 'string', namespace: 'string' } }],
  users: [
    {
      ...NAMED,
      user: {
        token: 'string',
        tokenFile: 'string',
        username: 'string',
        password: 'string',
        'client-certificate': 'string',
        'client-certificate-data': 'string',
        'client-key': 'string',
        'client-key-data': 'string',
        exec: EXEC,
        'auth-provider': { name: 'string', config: {} },
      },
    },
  ],
}
const LISTS = ['clusters', 'contexts', 'users'] as const

type Path = readonly (string | number)[]

/** `line 7: users[0].user.token must be a string, and is a number`; never a value: it may be a secret. */
export function formProblem(content: object, text: string): string | undefined {
  const found = mismatch(content, FORM, []) ?? nameTwice(content as Record<string, unknown>)
  if (found === undefined) return undefined
  return `line ${lineOf(text, found.path)}: ${found.says}`
}

interface Found {
  path: Path
  says: string
}

function mismatch(value: unknown, form: Form, path: Path): Found | undefined {
  if (value === undefined || value === null) return undefined
  const is = typeOf(value)
  const wanted = typeof form === 'string' ? form : Array.isArray(form) ? 'list' : 'map'
  if (is !== wanted) {
    const quote = wanted === 'string' && (is === 'number' || is === 'boolean') ? '; put it in quotes' : ''
    return { path, says: `${spelled(path)} must be a ${wanted}, and is a ${is}${quote}` }
  }
  if (Array.isArray(form))
    return firstOf((value as unknown[]).entries(), (item, at) => mismatch(item, form[0], at), path)
  if (typeof form === 'string') return undefined
  const fields = Object.entries(form).map(([key, of]) => [key, [(value as Record<string, unknown>)[key], of]] as const)
  return firstOf(fields, ([item, of], at) => mismatch(item, of as Form, at), path)
}

function firstOf<Item>(
  items: Iterable<readonly [string | number, Item]>,
  problemOf: (item: Item, path: Path) => Found | undefined,
  path: Path,
): Found | undefined {
  for (const [key, item] of items) {
    const found = problemOf(item, [...path, key])
    if (found !== undefined) return found
  }
  return undefined
}

function nameTwice(content: Record<string, unknown>): Found | undefined {
  for (const list of LISTS) {
    const names = ((content[list] ?? []) as ({ name?: string } | null)[]).map((entry) => entry?.name)
    const index = names.findIndex((name, at) => names.indexOf(name) < at)
    if (index >= 0)
      return {
        path: [list, index],
        says: `${list} has two entries of the name ${names[index]}; kubectl refuses that, too`,
      }
  }
  return undefined
}

function typeOf(value: unknown): string {
  return Array.isArray(value) ? 'list' : typeof value === 'object' ? 'map' : typeof value
}

function spelled(path: Path): string {
  return path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`))
    .join('')
    .slice(1)
}

function lineOf(text: string, path: Path): number {
  const lines = new LineCounter()
  const doc = parseDocument(text, { lineCounter: lines })
  return lines.linePos(offsetOf(doc, path) ?? 0).line
}
