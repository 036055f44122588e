/** `npm run cloud-tools`: installs the real az and aws, and lists what they take for the commands that kaito prints. Some minutes, 1 GB. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { printedCommands } from './printed.ts'
import { commandOf, fileOf, isRead, type ReadTool, type ToolTable } from './tool-table.ts'

/** On PyPI. */
const PACKAGES: Readonly<Record<ReadTool, string>> = { az: 'azure-cli==2.91.0', aws: 'awscli==1.46.3' }

const folder = mkdtempSync(join(tmpdir(), 'kaito-cloud-tools-'))
try {
  for (const [tool, name] of Object.entries(PACKAGES) as [ReadTool, string][]) list(tool, name)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function list(tool: ReadTool, name: string): void {
  const bin = join(folder, tool, 'bin')
  const run = (program: string, ...args: string[]): string =>
    // A home of its own: no sign-in, no telemetry.
    execFileSync(program, args, {
      encoding: 'utf8',
      env: { ...process.env, HOME: folder, AZURE_CORE_COLLECT_TELEMETRY: 'no' },
    })
  run('python3', '-m', 'venv', join(folder, tool))
  run(join(bin, 'pip'), 'install', '--quiet', name)
  const commands = printedCommands().filter(({ words }) => isRead(words[0]) && words[0] === tool)
  const names = [...new Set(commands.map(({ words }) => commandOf(words)))].sort()
  const script = fileURLToPath(new URL(`list-${tool}.py`, import.meta.url))
  writeFileSync(fileOf(tool), formatTable(JSON.parse(run(join(bin, 'python'), script, ...names)) as ToolTable))
}

/** An option a line, so that a diff shows what a version changes. */
function formatTable({ commands, ...head }: ToolTable): string {
  const rows = Object.entries(commands).map(([name, options]) => {
    const lines = options.map((option) => `      ${JSON.stringify(option)}`)
    return `    ${JSON.stringify(name)}: [\n${lines.join(',\n')}\n    ]`
  })
  const [tool, version] = [head.tool, head.version].map((text) => JSON.stringify(text))
  return `{\n  "tool": ${tool},\n  "version": ${version},\n  "commands": {\n${rows.join(',\n')}\n  }\n}\n`
}
