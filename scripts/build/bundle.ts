/**
 * The code of kaito as few files, CommonJS: each file that a start loads costs it most of a millisecond, and an ES module twice that
 * (docs/decisions/0017-bundle.md).
 */
import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { rolldown } from 'rolldown'
import { lazyModules } from './lazy-modules.ts'
import { leftOut } from './left-out.ts'

/**
 * A file each: the modules named, and all that they import and no row above holds. What only a command needs that few run stands in
 * the rows below, and is loaded when it does.
 */
const FILES: readonly [name: string, modules: RegExp][] = [
  ['yaml-parser', /node_modules\/yaml\//],
  ['zod', /node_modules\/zod\//],
  ['first', /src\/cli\/main\.ts$/],
  ['start', /src\/cli\/program\.ts$/],
  [
    'offline',
    /src\/(cli\/(commands\/(render|lint)|wiring\/(session|registries))|core\/workspace\/engine-config|kube\/access\/kubeconfig|sandbox\/paths)\.ts$/,
  ],
  ['read', /src\/core\/workspace\/parse\.ts$/],
  ['commands', /src\/cli\/(commands|wiring)\//],
  ['kube', /src\/kube\/connect\.ts$/],
  ['sandbox', /src\/sandbox\/(process\/serve|client|engines\/index)\.ts$/],
]

/** @returns the paths of the bundled files below `root`. */
export async function bundle(entry: string, out: string, root: string): Promise<string[]> {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  const yaml = join(root, 'node_modules/yaml/browser/index.js')
  const build = await rolldown({
    cwd: root,
    input: { main: entry, yaml },
    platform: 'node',
    transform: {
      target: 'node22',
      define: { KAITO_VERSION: JSON.stringify(version), KAITO_DATA: JSON.stringify('./data') },
    },
    // The same parser as ES modules: its CommonJS is bundled as 70 functions that require each other.
    resolve: { alias: { yaml } },
    plugins: [lazyModules(root), leftOut()],
    // Files are made by the table above, whatever is imported how.
    checks: { ineffectiveDynamicImport: false },
    logLevel: 'warn',
  })
  const { output } = await build.write({
    dir: out,
    format: 'cjs',
    exports: 'named',
    minify: true,
    comments: false,
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name].cjs',
    codeSplitting: {
      groups: FILES.map(([name, test], index) => ({ name, test, priority: FILES.length - index })),
    },
  })
  await build.close()
  const modules = output.flatMap((file) => (file.type === 'chunk' ? Object.keys(file.modules) : []))
  return modules.filter((path) => path.startsWith(root)).map((path) => relative(root, path))
}
