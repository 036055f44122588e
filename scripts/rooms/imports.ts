/** Has dependency-cruiser hold src to the table of rooms, and sees to it that it saw every file and every import. */
import { resolve } from 'node:path'
import { cruise, type ICruiseOptions, type ICruiseResult } from 'dependency-cruiser'
import { importRules } from './import-rules.ts'
import type { Source } from './source.ts'
import { ROOMS } from './table.ts'

/** For dependency-cruiser's own command line too: `.dependency-cruiser.js`. */
export const OPTIONS: ICruiseOptions = {
  // It cannot use TypeScript 7's compiler: without this parser it may see no imports at all, and be content.
  parser: 'swc',
  tsPreCompilationDeps: true,
  detectProcessBuiltinModuleCalls: true,
  doNotFollow: { path: '^node_modules' },
  enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  baseline: { mode: 'shrink-only' },
}

export type Known = NonNullable<ICruiseOptions['knownViolations']>

/** `root` holds src and package.json. What is known is excused; an excuse that nothing needs is a failure. */
export async function cruiseRooms(root: string, known: Known = []): Promise<ICruiseResult> {
  const { output } = await cruise(['src'], optionsFor(root, known))
  if (typeof output === 'string') throw new Error(`dependency-cruiser answers with text: ${output}`)
  return output
}

/** The excuses that are still needed, as dependency-cruiser writes them. */
export async function shrunkImports(root: string, known: Known): Promise<string> {
  return String((await cruise(['src'], { ...optionsFor(root, known), outputType: 'baseline' })).output)
}

function optionsFor(root: string, knownViolations: Known): ICruiseOptions {
  const ruleSet = { forbidden: importRules(ROOMS) }
  return { ...OPTIONS, baseDir: resolve(root), validate: true, ruleSet, knownViolations, ignoreKnown: true }
}

/** A sentence for each violation that is not excused, and one for excuses that nothing needs. */
export function importsTold({ summary }: ICruiseResult): string[] {
  const comments = new Map(summary.ruleSetUsed?.forbidden?.map(({ name, comment }) => [name, comment]))
  const broken = summary.violations.filter(({ rule }) => rule.severity !== 'ignore')
  const told = broken.map(({ rule, from, to, cycle = [] }) => {
    const way = cycle.length > 0 ? cycle.map(({ name }) => name) : [to]
    return `${rule.name}: ${[from, ...way].join(' → ')}. ${comments.get(rule.name)}`
  })
  const stale = summary.baselineStale ?? 0
  const excuses = `${stale} known imports are gone. Take their excuses out: npm run rooms -- --shrink`
  return stale > 0 ? [...told, excuses] : told
}

/** What stands in src and was not seen: a file or an import that is missed is a rule that holds nothing. */
export function unseen(sources: readonly Source[], { modules }: ICruiseResult): string[] {
  const seen = new Map(modules.map(({ source, dependencies }) => [source, dependencies.map(({ module }) => module)]))
  return sources.flatMap(({ path, imports }) => {
    const found = seen.get(`src/${path}`)
    if (found === undefined) return [`src/${path}: dependency-cruiser did not see this file`]
    const missing = [...imports].filter((specifier) => !found.includes(specifier.replace(/^node:/, '')))
    return missing.map((specifier) => `src/${path}: dependency-cruiser did not see the import of ${specifier}`)
  })
}
