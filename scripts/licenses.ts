/** The licences of what the bundle holds: every one of them asks to travel with the code. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

interface Manifest {
  name: string
  version: string
  license?: string
}

/** @param inputs paths of bundled files below `root`. */
export function collectLicenses(inputs: readonly string[], root: string): string {
  const folders = new Set(inputs.flatMap((path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []))
  const texts = [...folders].sort().map((folder) => describePackage(join(root, folder)))
  return `kaito holds code of these packages, each under its own licence.\n\n${texts.join('\n')}`
}

function describePackage(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
  const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)/i.test(entry))
  const text =
    file === undefined ? 'The package ships no licence text.' : readFileSync(join(folder, file), 'utf8').trim()
  return `==== ${name} ${version} (${license ?? 'licence not stated'})\n\n${text}\n`
}
