/** Words of other tools, and slips: one shape with its code, and the nearest thing that is meant, never its opposite. */
import { describe, expect, it } from 'vitest'
import type { Run } from '../support/run-kaito.ts'
import { kaito } from './run.ts'

const run = (args: string, env: Record<string, string> = {}): Promise<Run> =>
  kaito(args === '' ? [] : args.split(' '), { env })

async function expectUsage(args: string, next: string | RegExp): Promise<void> {
  const { code, stdout, stderr } = await run(args)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(/^✗ [^\n]+(\n {4}[^\n]+)* \[USAGE\]\n/)
  expect(stderr).not.toMatch(/^error:|^\s+at /m)
  const said = /^ {2}next +(.*)$/m.exec(stderr)?.[1] ?? ''
  if (typeof next === 'string') expect(said).toBe(next)
  else expect(said).toMatch(next)
}

describe('a verb of another tool', () => {
  it.each([
    ['destroy mistral-7b', 'kaito delete NAME'],
    ['down', 'kaito delete NAME'],
    ['undeploy mistral-7b', 'kaito delete NAME'],
    ['rm mistral-7b', 'kaito delete NAME'],
    ['create -f x.yaml', 'kaito deploy MODEL, or kaito deploy -f FILE'],
    ['apply -f x.yaml', 'kaito deploy MODEL, or kaito deploy -f FILE'],
    ['explain phi-4', /^kaito plan MODEL --explain/],
    ['login', /az login/],
    ['port-forward mistral-7b', 'kaito endpoint NAME --forward'],
    ['rollout status', /^kaito status NAME/],
    ['get-endpoint --workspace-name chat', 'kaito endpoint NAME'],
    ['models list', /^Models: .*mistral-7b-instruct.*kaito plan NAME$/],
    ['models describe phi-4', /^Models: .*phi-4/],
    ['rag deploy', /no retrieval/],
    ['version', 'kaito --version'],
    ['deplyo mistral-7b', 'Did you mean kaito deploy?'],
    ['stauts', 'Did you mean kaito status?'],
    ['frobnicate', 'See: kaito --help'],
    ['constructor', 'See: kaito --help'],
    ['toString', 'See: kaito --help'],
  ])('%s', expectUsage)
})

describe('a flag of another tool, or a slip', () => {
  it.each([
    ['deploy --model phi-4 --inference-config f.yaml', /--engine-arg max-model-len=8192/],
    ['deploy --model phi-4 --enable-load-balancer', /kaito endpoint NAME --forward/],
    ['deploy --model phi-4 --count 2', /--replicas N/],
    ['deploy --model phi-4 --node-selector a=b', /resource\.labelSelector/],
    ['deploy --model phi-4 --adapters a', /no adapters yet/],
    ['deploy --model phi-4 --tuning', /does not tune/],
    ['deploy --model phi-4 --input-urls x', /does not tune/],
    ['deploy phi-4 --region westeurope', /where the cluster is/],
    ['deploy phi-4 --typo', 'See: kaito deploy --help'],
    ['plan phi-4 --constructor', 'See: kaito plan --help'],
    ['deploy phi-4 --instancetype x', 'Did you mean --instance-type?'],
    ['deploy phi-4 --max-num-seqs 4', 'This is a vllm flag: --engine-arg max-num-seqs=4'],
    ['status --namespce x', 'Did you mean --namespace?'],
    ['delete --all', 'All of a namespace: kaito status -o name | xargs kaito delete'],
    ['chat phi-4 --message hello', '-p, --prompt'],
    ['chat phi-4 hello there', "The prompt goes after -p: kaito chat phi-4 -p 'hello there'"],
    ['chat phi-4 mistral-7b', /kaito chat phi-4 -p 'mistral-7b'/],
    ['scale phi-4 mistral-7b --replicas 1', 'See: kaito scale --help'],
    ['wait', 'See: kaito wait --help'],
    ['init phi-4 --patch x', 'See: kaito init --help'],
    ['delete phi-4 --engine-arg x=1', 'See: kaito delete --help'],
  ])('%s', expectUsage)
})

describe("the flags of KAITO's plugin of kubectl", () => {
  it('of deploy are read', async () => {
    const flags =
      '--workspace-name my-phi --model phi-4 --instance-type Standard_NC24ads_A100_v4 --model-access-secret hf'
    const { code, stdout, stderr } = await run(`render ${flags} --cloud azure`)
    expect(code, stderr).toBe(0)
    expect(stdout).toContain('name: my-phi\n')
    expect(stdout).toContain('name: hf\n')
  })

  it.each(['status', 'chat -p x', 'endpoint', 'logs', 'wait', 'delete --yes'])(
    '%s takes --workspace-name for its name',
    async (verb) => {
      const { code, stderr } = await run(`${verb} --workspace-name Deployment/x`, { KUBECONFIG: '/nonexistent' })
      expect(code).toBe(2)
      expect(stderr).toContain('Deployment/x')
    },
  )
})

describe('help', () => {
  it('is what kaito alone says, with commands before flags, and exit codes', async () => {
    const { code, stdout, stderr } = await run('')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toBe((await run('--help')).stdout)
    const at = ['\nDeploy:', '\nDelete:', '\nGlobal flags:', '\nExit codes:'].map((title) => stdout.indexOf(title))
    expect(at).toEqual([...at].sort((a, b) => a - b))
    expect(at[0]).toBeGreaterThan(0)
    expect(stdout).toContain('  wait <names...>')
  })

  it.each(['deploy', 'delete', 'lint', 'plan', 'chat'])(
    'of %s has its examples before its flags, and says nothing of nothing',
    async (verb) => {
      const { stdout } = await run(`${verb} --help`)
      expect(stdout.indexOf('\nExamples:')).toBeGreaterThan(0)
      expect(stdout.indexOf('\nExamples:')).toBeLessThan(stdout.indexOf('\nFlags:'))
      expect(stdout).not.toMatch(/default: (false|\[\])|--kubeconfig|choices:/)
      expect(stdout).toContain('Global flags and exit codes: kaito --help')
      expect(/sarif/.test(stdout)).toBe(verb === 'lint')
      expect(/markdown/.test(stdout)).toBe(verb === 'plan')
    },
  )

  it('of lint lists what lint reads, and nothing that only a deploy does', async () => {
    const { stdout } = await run('lint --help')
    const flags = [...stdout.matchAll(/^ {2}(?:-\w, )?--([\w-]+)/gm)].map(([, flag]) => flag)
    expect(flags).toEqual([
      ...['filename', 'recursive', 'cloud', 'byo', 'instance-type', 'model-access-secret'],
      ...['max-model-len', 'replicas', 'engine-arg', 'image', 'api-key', 'no-api-key', 'patch', 'help'],
    ])
    for (const flag of ['--hf-token-file x', '--cluster-resource x', '--name x', '--no-byo']) {
      const { code, stderr } = await run(`lint -f x.yaml ${flag}`)
      expect(code).toBe(2)
      expect(stderr).toContain(`Unknown option '${flag.split(' ')[0]}'`)
    }
  })
})
