/** Manifests, with a comment on top that says where they run: a pod that finds no node tells nobody why. */
import { formatManifests } from '#core/objects/manifests.ts'
import type { Toleration } from '#core/placement/tolerations.ts'
import type { RenderNote, RenderResult } from '#core/results.ts'
import type { Say } from '../text/advice-text.ts'
import { formatMachines } from './plan-text.ts'

export function formatRender({ objects, notes }: RenderResult, say: Say): string {
  const comment = notes.flatMap((note) => linesOf(note, say)).map((line) => `# ${line}`.trimEnd())
  return `${comment.map((line) => `${line}\n`).join('')}${formatManifests(objects)}`
}

function linesOf(note: RenderNote, say: Say): string[] {
  const { version, plan, warnings, makePool, service } = note
  const { model, image, pool, tolerations } = plan
  const cloud = service === undefined ? '' : ` (${service})`
  const labels = Object.entries(pool.nodeSelector).map(([key, value]) => `${key}=${value}`)
  return [
    `Rendered by kaito ${version}.`,
    `Workspace ${plan.objectName}: model ${model.name} (${model.modelId}), ${image.engine} ${image.version}, on ${formatMachines(pool)}${cloud}.`,
    `Nodes must carry the labels: ${labels.length === 0 ? 'none' : labels.join(', ')}`,
    `Pods tolerate the taints: ${tolerations.map(formatToleration).join(', ')}`,
    ...(makePool === undefined ? [] : [`A pool of such nodes: ${say(makePool)}`]),
    ...warnings.map(({ message }) => `Note: ${say(message)}`),
  ]
}

function formatToleration({ key = '*', value, effect = '' }: Toleration): string {
  return `${key}${value === undefined ? '' : `=${value}`}${effect === '' ? '' : `:${effect}`}`
}
