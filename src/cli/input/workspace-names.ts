/** Workspaces as people and `-o name` write them: NAME, Workspace/NAME, Workspace/NAMESPACE/NAME. */
import { advice, setting } from '#core/advice.ts'
import { KaitoError } from '#core/errors.ts'
import { findObjectName } from '#pipeline/observe/object-name.ts'
import type { Session } from '../session.ts'

export interface NamedWorkspace {
  objectName: string
  namespace: string
}

/** As kubectl takes it: singular or plural, short, and with the group. */
const KIND = /^(workspaces?|wk)(\.kaito\.sh)?$/i

/**
 * Each once, in the order in which they are named.
 * @param isAnywhere they are looked for in every namespace.
 */
export async function workspacesNamed(
  words: readonly string[],
  session: Session,
  isAnywhere = false,
): Promise<NamedWorkspace[]> {
  const typed = words.map(read)
  const ports = await session.ports()
  const { namespace } = ports.kube.identity()
  const isTyped = session.options.namespaceFrom === 'cli'
  for (const { word, namespace: own } of typed)
    if (isTyped && own !== undefined && own !== namespace) throw twoNamespaces(word, namespace)
  const named = await Promise.all(
    typed.map(async ({ name, namespace: own = namespace }) => ({
      objectName: await findObjectName(name, isAnywhere ? undefined : own, ports),
      namespace: own,
    })),
  )
  return [...new Map(named.map((each) => [`${each.namespace}/${each.objectName}`, each])).values()]
}

/** The one that a command is about. */
export async function workspaceNamed(word: string | undefined, session: Session): Promise<NamedWorkspace> {
  const [only] = await workspacesNamed(word === undefined ? [] : [word], session)
  if (only === undefined) throw unnamed()
  return only
}

interface Typed {
  word: string
  name: string
  namespace?: string
}

function read(word: string): Typed {
  const parts = word.split('/')
  const [name = '', namespace] = parts.slice(1).toReversed()
  if (parts.length === 1 && word !== '') return { word, name: word }
  if (parts.length > 3 || parts.some((part) => part === '')) throw noWorkspace(word, 'is not a workspace name')
  if (!KIND.test(parts[0] ?? '')) throw noWorkspace(word, `is a ${parts[0]}, not a workspace`)
  return namespace === undefined ? { word, name } : { word, name, namespace }
}

function noWorkspace(word: string, why: string): KaitoError {
  return new KaitoError({
    code: 'USAGE',
    phase: 'spec',
    message: `"${word}" ${why}.`,
    hint: 'Use NAME, Workspace/NAME or Workspace/NAMESPACE/NAME.',
  })
}

function twoNamespaces(word: string, namespace: string): KaitoError {
  return new KaitoError({
    code: 'USAGE',
    phase: 'spec',
    message: `${word} and -n ${namespace} are two namespaces.`,
    hint: advice`Drop ${setting('namespace', namespace)}, or the namespace in ${word}.`,
  })
}

function unnamed(): KaitoError {
  return new KaitoError({
    code: 'USAGE',
    phase: 'spec',
    message: 'No workspace given.',
    hint: 'Use NAME or Workspace/NAME.',
  })
}
