/** Results → stdout: text for people, JSON, YAML or names for machines. */
import { stringify } from 'yaml'
import { formatRef } from '#core/kube-object.ts'
import type { Result } from '#core/results.ts'
import { redact } from './redact.ts'
import { resultText } from './result-text.ts'
import { paletteFor, type Look } from './terminal.ts'

export type OutputForm = 'text' | 'json' | 'yaml' | 'name'

const API_VERSION = 'cli.kaito.sh/v1'

export function formatResults(results: readonly Result[], form: OutputForm, look: Look): string {
  const texts: Record<OutputForm, () => string> = {
    text: () => results.map((result) => resultText(result, paletteFor(look))).join('\n'),
    json: () => `${JSON.stringify(machineForm(results), null, 2)}\n`,
    yaml: () => stringify(machineForm(results), { lineWidth: 0, aliasDuplicateObjects: false }),
    name: () => results.flatMap(namesOf).map((name) => `${name}\n`).join(''),
  }
  return redact(texts[form]())
}

/** One result stands alone; several are the items of a list. */
function machineForm(results: readonly Result[]): unknown {
  const [only] = results
  if (results.length === 1 && only !== undefined) return { apiVersion: API_VERSION, ...only }
  return { apiVersion: API_VERSION, kind: 'List', items: results }
}

function namesOf(result: Result): string[] {
  switch (result.kind) {
    case 'Plan':
    case 'Deploy':
    case 'Diff':
      return result.changes.filter((c) => result.kind !== 'Diff' || c.change !== 'unchanged').map((c) => formatRef(c.ref))
    case 'Delete':
      return result.changes.filter((c) => c.change === 'deleted').map((c) => formatRef(c.ref))
    case 'Render':
      return result.objects.map((object) => formatRef({ kind: object.kind, name: object.metadata.name }))
    case 'Lint':
      return result.workspaces
    case 'Status':
      return result.workspaces.map((w) => `${w.namespace}/${w.workspace}`)
    case 'Endpoint':
      return [result.endpoint.url]
  }
}
