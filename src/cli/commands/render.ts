import { EXAMPLE_CLOUD } from '#core/cloud/ids.ts'
import { KINDS } from '#core/objects/kinds.ts'
import { formatRef, refOf } from '#core/objects/kube-object.ts'
import { renderNote } from '#core/plan/render-note.ts'
import { renderOffline } from '#pipeline/prepare/offline.ts'
import type { CommandSpec } from '../command.ts'
import { tellOverridden } from '../flags/origins.ts'
import { addWorkspaceOptions, type WorkspaceOptions } from '../flags/workspace-options.ts'
import { readInput } from '../input/read-input.ts'
import { refuseOffline } from '../input/refuse-input.ts'
import { refuseSameName, renderSupplyOf, requestsOf, showWarnings } from '../input/requests.ts'
import { VERSION } from '../version.ts'

export const renderCommand: CommandSpec<WorkspaceOptions> = {
  name: 'render',
  argument: { syntax: '[model]', description: 'model name, for example mistral-7b' },
  summary: 'print the manifests; works offline',
  group: 'Check',
  examples: [
    { args: `render mistral-7b --cloud ${EXAMPLE_CLOUD}`, says: 'As YAML, for kubectl apply -f - or for git' },
    { args: `render -f workspace.yaml --cloud ${EXAMPLE_CLOUD}`, says: 'From a workspace file' },
    {
      args: 'render mistral-7b --byo -o json',
      says: 'For your own nodes, as a JSON List, which kubectl apply takes as well',
    },
  ],
  options: addWorkspaceOptions,
  async run([model], options, session) {
    const read = await readInput(model, options, session.io, session.registries.engines)
    tellOverridden(read.input.workspaces, options, session)
    const supply = await renderSupplyOf(session)
    const requests = requestsOf(read, options, session.options, 'default')
    await refuseOffline(read, requests, supply, options)
    showWarnings(read.problems, session)
    if (session.options.namespace !== undefined) refuseSameName(requests)
    const rendered = await Promise.all(
      requests.map((request) =>
        renderOffline(request, supply, (session.options.namespace ?? request.spec.namespace) !== undefined),
      ),
    )
    for (const { warnings } of rendered) {
      for (const { code, message } of warnings) session.emit({ type: 'warning', phase: 'render', code, message })
    }
    for (const { kind, metadata } of read.input.companions.filter((object) => object.kind === KINDS.secret.kind)) {
      const message = `${kind}/${metadata.name} is left out, because manifests end up in git and in logs. Apply it from its own file.`
      session.emit({ type: 'warning', phase: 'render', code: 'secret-left-out', message })
    }
    // What stands beside several workspaces is there once.
    const byRef = new Map(
      rendered
        .flatMap((r) => r.objects.filter(({ kind }) => kind !== KINDS.secret.kind))
        .map((object) => [`${object.metadata.namespace ?? ''}/${formatRef(refOf(object))}`, object]),
    )
    const notes = rendered.map((each) => renderNote({ ...each, version: VERSION }, supply.catalog.clouds))
    session.print([{ kind: 'Render', objects: [...byRef.values()], notes }])
    return 0
  },
}
