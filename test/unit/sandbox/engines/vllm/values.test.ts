/** Values that the engine does not take: the simulated one ends as the real one does, and kaito refuses them before anything is paid. */
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { recognise } from '#core/failures/signature.ts'
import { planProblems } from '#core/plan/problems.ts'
import { workspaceFromName } from '#core/workspace/from-name.ts'
import { openCatalog } from '#data/catalog.ts'
import { SHIPPED_ENGINES } from '#runtimes/index.ts'
import { vllm } from '#runtimes/vllm/index.ts'
import { isRefusal } from '#sandbox/engines/engine.ts'
import { vllm as simulated } from '#sandbox/engines/vllm/index.ts'
import { plainly, REFUSED, TAKEN } from '../../../../contract/vllm-values.ts'

const TINY = fileURLToPath(new URL('../../../../node/presets/tiny.yaml', import.meta.url))
const catalog = await openCatalog(SHIPPED_ENGINES, TINY)
const supply = { catalog, engines: SHIPPED_ENGINES }
const [image] = catalog.images
const PLACE = { workspace: 'tiny', namespace: 'default', pod: 'tiny-1' }

const read = (args: readonly string[], more: object = {}) =>
  simulated.read(
    { name: 'engine', image: image?.image ?? '', args: ['--model=/models/tiny', ...args], ...more },
    supply,
  )

function problemsOf(args: readonly string[]) {
  const engineConfig = Object.fromEntries(
    args.map((arg) => {
      const [, name = '', value] = /^--([^=]+)(?:=(.*))?$/.exec(arg) ?? []
      return [name, value ?? true]
    }),
  )
  const facts = { namespace: 'default', cloud: undefined, ownNodes: true, nodes: [], isOffline: true, clusterUid: 'x' }
  return planProblems(workspaceFromName('tiny'), supply, { ...facts, engineConfig }, {}).errors
}

describe.each(REFUSED.map((row) => [row.args.join(' '), row] as const))('%s', (_args, { args, exit, words }) => {
  it("ends the simulated engine with the real one's words and exit code, and is told as what it is", () => {
    const refusal = read(args)
    if (!isRefusal(refusal)) throw new Error('it starts')
    expect(refusal.exitCode).toBe(exit)
    expect(plainly(refusal.says.join('\n'))).toContain(words)
    const cause = recognise(vllm.failures, refusal.says.join('\n'), PLACE, vllm.readLine)
    expect(['ENGINE_FLAG_INVALID', 'CONTEXT_TOO_LONG']).toContain(cause?.code)
  })
})

/** Whether a file is there is known with the volumes. */
const IN_ARGS = REFUSED.filter(({ args }) => !args.some((arg) => arg.startsWith('--chat-template')))

it.each(IN_ARGS.map(({ args }) => [args.join(' '), args] as const))(
  '%s is refused before anything is paid for',
  (_args, args) => {
    expect(problemsOf(args)).not.toEqual([])
  },
)

describe('what is taken', () => {
  it.each(TAKEN.map((args) => [args.join(' '), args] as const))('%s', (_args, args) => {
    expect(isRefusal(read(args))).toBe(false)
    expect(problemsOf(args)).toEqual([])
  })

  it('a template that is mounted', () => {
    const volumeMounts = [{ name: 'templates', mountPath: '/no' }]
    expect(isRefusal(read(['--chat-template=/no/such.jinja'], { volumeMounts }))).toBe(false)
    expect(isRefusal(read(['--chat-template=/vllm-workspace/examples/template_chatml.jinja']))).toBe(false)
  })
})

it.each([
  [['--max-model-len=1k'], 1_000],
  [['--max-model-len=1K'], 1_024],
  [['--max-model-len', '1024'], 1_024],
  [['--max-model-len=-1'], 2_048],
  [['--max-model-len', 'auto'], 2_048],
] as const)('%s is a length of %d tokens', (args, tokens) => {
  expect(read(args)).toMatchObject({ maxModelLen: tokens })
})

it('finds no length of a model that it does not know', () => {
  expect(read(['--model=/models/other', '--max-model-len=-1'])).toMatchObject({ maxModelLen: 4_096 })
})
