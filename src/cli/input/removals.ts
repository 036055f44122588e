/** What delete takes away: workspaces that are named, or those of files, where deploy would put them. */
import { findObjectName } from '#pipeline/observe/object-name.ts'
import type { DestroyRequest } from '#pipeline/observe/owned.ts'
import type { Ports } from '#pipeline/ports.ts'
import type { WorkspaceOptions } from '../flags/workspace-options.ts'
import type { Session } from '../session.ts'
import { nameOrFile, readInput } from './read-input.ts'
import { fileWithoutFlag, looksLikeFile } from './read-sources.ts'
import { refuseInvalid } from './refuse-input.ts'
import { placementOf } from './requests.ts'
import { workspacesNamed } from './workspace-names.ts'

export async function removalsFor(
  words: readonly string[],
  options: WorkspaceOptions,
  session: Session,
): Promise<{ removals: DestroyRequest[]; ports: Ports }> {
  const { filename = [] } = options
  const files = words.filter(looksLikeFile)
  if (files.length > 0) throw fileWithoutFlag(files, filename)
  if (words.length > 0 && filename.length > 0) throw nameOrFile(true, session.io)
  const removals = words.length > 0 ? namedRemovals(words, options, session) : filedRemovals(options, session)
  return { removals: await removals, ports: await session.ports() }
}

async function namedRemovals(
  words: readonly string[],
  options: WorkspaceOptions,
  session: Session,
): Promise<DestroyRequest[]> {
  const named = await workspacesNamed(words, session)
  return named.map(({ objectName, namespace }) => ({
    objectName,
    placement: { ...placementOf(options, session.options, namespace), namespace },
  }))
}

async function filedRemovals(
  { filename = [], recursive = false, name, ...options }: WorkspaceOptions,
  session: Session,
): Promise<DestroyRequest[]> {
  const source = { filename, recursive, ...(name === undefined ? {} : { name }) }
  const { input, problems } = await readInput(undefined, source, session.io, session.registries.engines)
  refuseInvalid(problems, filename)
  const { workspaces } = input
  const ports = await session.ports()
  const { namespace } = ports.kube.identity()
  const removals = await Promise.all(
    workspaces.map(async (spec) => {
      const placement = placementOf(options, session.options, spec.namespace ?? namespace)
      return { objectName: await findObjectName(spec.name, placement.namespace, ports), placement, spec }
    }),
  )
  // With -n, two of two namespaces are one.
  return [...new Map(removals.map((each) => [`${each.placement.namespace}/${each.objectName}`, each])).values()]
}
