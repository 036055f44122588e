/** The manifests of every preset, as files to read. `npm run golden` writes them anew; look at the diff. */
import { describe, expect, it } from 'vitest'
import { renderNote } from '#core/plan/render-note.ts'
import { formatRender } from '#ui/results/render-text.ts'
import { said } from '../support/said.ts'
import type { CloudId } from '#core/cloud/ids.ts'
import type { PlanOverrides } from '#core/plan/types.ts'
import { SHIPPED_WORKLOADS } from '#core/workload/index.ts'
import type { WorkspaceSpec } from '#core/workspace/spec.ts'
import { openCatalog } from '#data/catalog.ts'
import { openTemplates } from '#data/templates.ts'
import { renderOffline } from '#pipeline/prepare/offline.ts'
import { SHIPPED_ENGINES } from '#runtimes/index.ts'
import { workspaceFromName } from '#core/workspace/from-name.ts'

const engines = SHIPPED_ENGINES
const [catalog, templates] = [await openCatalog(engines), await openTemplates()]

interface Choice {
  cloud?: CloudId
  ownNodes?: boolean
  overrides?: PlanOverrides
  spec?: Partial<WorkspaceSpec>
  /** As said; else none. */
  namespace?: string
}

async function manifests(
  model: string,
  { cloud, ownNodes = false, overrides = {}, spec = {}, namespace }: Choice,
): Promise<string> {
  const request = {
    spec: { ...workspaceFromName(model), ...spec },
    companions: [],
    patches: [],
    overrides,
    forceConflicts: false,
    keeps: false,
    placement: { namespace: namespace ?? 'default', ownNodes, ...(cloud === undefined ? {} : { cloud }) },
  }
  const { objects, plan, warnings } = await renderOffline(
    request,
    { catalog, engines, templates, workloads: SHIPPED_WORKLOADS },
    namespace !== undefined,
  )
  const notes = [renderNote({ version: '0.0.0', plan, warnings }, catalog.clouds)]
  return formatRender({ kind: 'Render', objects, notes }, said)
}

describe('manifests', () => {
  it.each(catalog.models.list().map(({ name }) => name))('of %s on Azure', async (name) => {
    await expect(await manifests(name, { cloud: 'azure' })).toMatchFileSnapshot(`manifests/${name}.azure.yaml`)
  })

  it.each([
    { file: 'mistral-7b-instruct.aws.yaml', choice: { cloud: 'aws' as const } },
    { file: 'mistral-7b-instruct.gcp.yaml', choice: { cloud: 'gcp' as const } },
    { file: 'mistral-7b-instruct.own-nodes.yaml', choice: { ownNodes: true } },
    {
      file: 'mistral-7b-instruct.gcp-selector.yaml',
      choice: {
        cloud: 'gcp' as const,
        overrides: { instanceType: 'g2-standard-8' },
        spec: { resource: { labelSelector: { 'cloud.google.com/gke-accelerator': 'nvidia-l4' }, preferredNodes: [] } },
      },
    },
    {
      file: 'mistral-7b-instruct.network-policy.yaml',
      choice: { ownNodes: true, overrides: { networkPolicy: true } },
    },
    { file: 'mistral-7b-instruct.two-replicas.yaml', choice: { cloud: 'azure' as const, overrides: { replicas: 2 }, namespace: 'models' } },
  ])('$file', async ({ file, choice }) => {
    await expect(await manifests('mistral-7b-instruct', choice)).toMatchFileSnapshot(`manifests/${file}`)
  })

  it('rendering twice gives the same bytes', async () => {
    for (const { name } of catalog.models.list())
      expect(await manifests(name, { cloud: 'azure' })).toBe(await manifests(name, { cloud: 'azure' }))
  })
})
