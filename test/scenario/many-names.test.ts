/** What -o name prints goes in again as it came out; names are exact, and what is not there is a failure. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cloudPools, createNamespace, deleteNamespace, direct } from '../cluster/suite/bed.ts'
import { kaito } from '../cluster/suite/kaito.ts'
import { KAITO, runProgram } from '../support/run-kaito.ts'

const MODELS = ['mistral-7b', 'phi-4']

let [first, second] = ['', '']
let pools: string[] = []
const run = (...args: string[]) => kaito(args, { env: direct })
async function inShell(line: string): Promise<string> {
  const script = `set -o pipefail; kaito() { "${process.execPath}" "${KAITO}" "$@"; }; export -f kaito; ${line}`
  const done = await runProgram(['bash', '-c', script], { ...process.env, ...direct })
  expect(done.code, done.stderr).toBe(0)
  return done.stdout
}

async function deploy(namespace: string): Promise<void> {
  for (const model of MODELS) {
    const done = await run('deploy', model, '--yes', '-n', namespace)
    expect(done.code, done.stderr).toBe(0)
  }
}

beforeAll(async () => {
  ;[first, second] = [await createNamespace(), await createNamespace()]
  pools = await cloudPools()
  await deploy(first)
  expect((await run('deploy', 'mistral-7b', '--yes', '-n', second)).code).toBe(0)
})
afterAll(async () => {
  const all = [...MODELS.map((name) => `Workspace/${first}/${name}`), `Workspace/${second}/mistral-7b`]
  await run('delete', ...all, '--yes', '--ignore-not-found')
  expect(await cloudPools()).toEqual(pools)
  await deleteNamespace(first)
  await deleteNamespace(second)
})

describe('a model that is served in the namespace already', () => {
  it('is told before a second pool is made, by whichever of its names, and only then', async () => {
    for (const verb of ['plan', 'deploy']) {
      const told = await run(verb, 'mistral-7b-instruct', '-n', first)
      expect(told.stderr + told.stdout).toContain('[model-served-already]')
      expect(told.stderr + told.stdout).toContain(`is served in namespace ${first} already, by mistral-7b;`)
      expect(told.stderr + told.stdout).toContain('--name mistral-7b')
    }
    expect((await run('plan', 'mistral-7b', '-n', first)).stderr).not.toContain('served-already')
    expect((await run('plan', 'qwen3-8b', '-n', first)).stderr).not.toContain('served-already')
    expect((await run('plan', 'phi-4', '-n', second)).stderr).not.toContain('served-already')
  })
})

describe('names', () => {
  it.each(['status', 'wait', 'logs', 'endpoint'])('that are not there are each told: %s', async (verb) => {
    const { code, stderr } = await run(verb, 'nobody', 'phi-4', 'no-one', '-n', first)
    expect(code, stderr).toBe(5)
    for (const name of ['nobody', 'no-one']) expect(stderr).toContain(`There is no workspace ${name} in namespace`)
  })

  it('of all namespaces hold the namespace, of one they do not', async () => {
    const one = await run('status', '-n', first, '-o', 'name')
    expect(one.stdout).toBe('Workspace/mistral-7b\nWorkspace/phi-4\n')
    const all = await run('status', '-A', '-o', 'name')
    expect(all.stdout).toContain(`Workspace/${first}/phi-4\n`)
    expect(all.stdout).toContain(`Workspace/${second}/mistral-7b\n`)
  })

  it.each([['status'], ['wait'], ['endpoint'], ['logs'], ['chat', '-p', 'Hello']])(
    '%s takes a name as -o name prints it',
    async (verb, ...more) => {
      for (const name of [`Workspace/${second}/mistral-7b`, `workspaces.kaito.sh/${second}/mistral-7b`]) {
        const { code, stderr } = await run(verb, name, ...more)
        expect(code, stderr).toBe(0)
      }
      expect((await run(verb, 'Workspace/mistral-7b', '-n', second, ...more)).code).toBe(0)
    },
  )

  it('endpoint --forward tells a script where it leads to', async () => {
    const { stdout, stderr } = await kaito(
      ['endpoint', 'phi-4', '-n', first, '--forward', '--port', '0', '-o', 'json'],
      {
        env: direct,
        onStart: (child) => child.stdout?.once('data', () => setTimeout(() => child.kill('SIGINT'), 200)),
      },
    )
    expect(JSON.parse(stdout), stderr).toMatchObject({
      kind: 'Endpoint',
      endpoint: { workspace: 'phi-4', localUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/v1$/) },
    })
  })

  it('KAITO_OUTPUT is a wish, and -o an order', async () => {
    const wished = await kaito(['logs', 'phi-4', '-n', first, '--tail', '1'], {
      env: { ...direct, KAITO_OUTPUT: 'json' },
    })
    expect(wished.code, wished.stderr).toBe(0)
    expect((await run('logs', 'phi-4', '-n', first, '-o', 'json')).code).toBe(2)
  })

  it('of several workspaces give one answer', async () => {
    const both = await run('status', 'mistral-7b', `Workspace/${second}/mistral-7b`, '-n', first)
    expect(both.code).toBe(2)
    const named = await kaito(['status', 'phi-4', `Workspace/${second}/mistral-7b`, '-o', 'json'], {
      env: { ...direct, KAITO_NAMESPACE: first },
    })
    expect(named.code, named.stderr).toBe(0)
    const { workspaces } = JSON.parse(named.stdout) as { workspaces: { namespace: string; workspace: string }[] }
    expect(workspaces.map(({ namespace, workspace }) => [namespace, workspace])).toEqual([
      [first, 'phi-4'],
      [second, 'mistral-7b'],
    ])
    const waited = await run('wait', 'phi-4', 'mistral-7b', '-n', first)
    expect(waited.code, waited.stderr).toBe(0)
  })

  it('of several workspaces: endpoint and logs tell of each, and of which one a line is', async () => {
    const urls = await run('endpoint', 'phi-4', 'mistral-7b', '-n', first, '-o', 'name')
    expect(urls.code, urls.stderr).toBe(0)
    expect(urls.stdout).toBe(`http://phi-4.${first}.svc/v1\nhttp://mistral-7b.${first}.svc/v1\n`)
    const list = await run('endpoint', `Workspace/${first}/phi-4`, `Workspace/${second}/mistral-7b`, '-o', 'json')
    expect(list.code, list.stderr).toBe(0)
    const { kind, items } = JSON.parse(list.stdout) as { kind: string; items: { endpoint: { namespace: string } }[] }
    expect([kind, items.map(({ endpoint }) => endpoint.namespace)]).toEqual(['List', [first, second]])
    const logs = await run('logs', 'phi-4', 'mistral-7b', '-n', first, '--tail', '2')
    expect(logs.code, logs.stderr).toBe(0)
    expect(
      logs.stdout
        .trimEnd()
        .split('\n')
        .map((line) => /^\[(phi-4|mistral-7b)-\S+\] ./.exec(line)?.[1]),
    ).toEqual([...['phi-4', 'phi-4'], ...['mistral-7b', 'mistral-7b']])
    const one = await run('logs', 'phi-4', '-n', first, '--tail', '1')
    expect(one.stdout).not.toMatch(/^\[/)
  })

  it('of several: logs -f follows all of them, and one that is not there ends it', async () => {
    const { stdout, code, stderr } = await kaito(['logs', '-f', 'phi-4', 'mistral-7b', '-n', first, '--tail', '1'], {
      env: direct,
      onStart: (child) => {
        const seen = new Set<string>()
        child.stdout?.on('data', (text: Buffer) => {
          for (const [, name = ''] of String(text).matchAll(/^\[(phi-4|mistral-7b)-/gm)) seen.add(name)
          if (seen.size === 2) child.kill('SIGINT')
        })
      },
    })
    expect(code, stderr).toBe(130)
    expect(stdout).toMatch(/^\[phi-4-/m)
    const missing = await run('logs', '-f', 'phi-4', 'phi-5', '-n', first)
    expect(missing.code).toBe(5)
    expect(missing.stderr).toContain('phi-5: There is no workspace phi-5')
  })

  it('of which one is not there: endpoint and logs tell of the others, and end with 5', async () => {
    const endpoint = await run('endpoint', 'phi-4', 'phi-5', '-n', first, '-o', 'name')
    expect(endpoint.code).toBe(5)
    expect(endpoint.stdout).toBe(`http://phi-4.${first}.svc/v1\n`)
    const logs = await run('logs', 'phi-5', 'phi-4', '-n', first, '--tail', '1')
    expect(logs.code).toBe(5)
    expect(logs.stdout).toMatch(/^\[phi-4-/)
    const forward = await run('endpoint', 'phi-4', 'mistral-7b', '-n', first, '--forward')
    expect(forward.code).toBe(2)
    expect(forward.stderr).toContain('--forward')
  })

  it('chat answers one question as JSON', async () => {
    const { code, stdout, stderr } = await run('chat', 'phi-4', '-n', first, '-p', 'Hello', '-o', 'json')
    expect(code, stderr).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      kind: 'Chat',
      workspace: 'phi-4',
      namespace: first,
      model: 'phi-4',
      prompt: 'Hello',
      answer: expect.stringMatching(/\S/),
      finishReason: expect.stringMatching(/^(stop|length)$/),
    })
  })

  it('are listed as a table: wide, without its header, by label', async () => {
    const wide = await run('status', 'phi-4', '-n', first, '-o', 'wide')
    expect(wide.code, wide.stderr).toBe(0)
    const [head = '', row = ''] = wide.stdout.split('\n')
    expect(head.split(/ +/)).toEqual([
      ...['NAMESPACE', 'NAME', 'STATUS', 'READY', 'MODEL', 'USD/H', 'AGE'],
      ...['MACHINE', 'NODES', 'REVISION', 'URL'],
    ])
    expect(row.split(/ +/).slice(7)).toEqual(['Standard_NC24ads_A100_v4', '1', '1', `http://phi-4.${first}.svc/v1`])
    const bare = await run('status', '-n', first, '--no-headers')
    expect(
      bare.stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.split(/ +/)[1]),
    ).toEqual(['mistral-7b', 'phi-4'])
    expect((await run('status', '-n', second)).stdout).toMatch(/^NAMESPACE +NAME[^\n]+\n\S+ +mistral-7b +Ready +1\/1 /)
    const labelled = await run('status', '-n', first, '-l', 'kaito.sh/workspace in (phi-4,x)', '-o', 'name')
    expect(labelled.stdout).toBe('Workspace/phi-4\n')
    expect((await run('status', 'phi-4', '-n', first, '-l', 'a=b')).code).toBe(2)
    expect((await run('status', '-n', first, '-l', 'a in b')).stderr).toContain('Expected a label selector')
  })

  it('are completed, and namespaces, from the cluster that the words reach', async () => {
    const complete = async (...words: string[]): Promise<string[]> => {
      const { code, stdout, stderr } = await run('complete', '--', ...words)
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      return stdout.split('\n').flatMap((line) => /^([^:\t]+)\t/.exec(line)?.[1] ?? [])
    }
    // A machine that is busy answers too late: nothing is completed then.
    await expect.poll(() => complete('logs', '-n', first, ''), { timeout: 30_000 }).toEqual(['mistral-7b', 'phi-4'])
    await expect.poll(() => complete('delete', 'phi-4', '-n', first, ''), { timeout: 30_000 }).toEqual(['mistral-7b'])
    await expect.poll(() => complete('chat', '-n', second, 'm'), { timeout: 30_000 }).toEqual(['mistral-7b'])
    await expect.poll(() => complete('status', '-n', first.slice(0, -1)), { timeout: 30_000 }).toContain(first)
    expect(await complete('chat', 'phi-4', '-n', first, '')).toEqual([])
  })

  it('of which one is not there: status tells of the others and ends with 5, delete touches none', async () => {
    const status = await run('status', 'phi-4', 'phi-5', '-n', first, '-o', 'name')
    expect(status.code).toBe(5)
    expect(status.stdout).toBe('Workspace/phi-4\n')
    expect(status.stderr).toContain('There is no workspace phi-5')
    const deleted = await run('delete', 'phi-4', 'phi-5', '--yes', '-n', first)
    expect(deleted.code).toBe(5)
    expect(deleted.stderr).toContain('Nothing was deleted.')
    expect((await run('status', '-n', first, '-o', 'name')).stdout).toBe('Workspace/mistral-7b\nWorkspace/phi-4\n')
  })

  it.each(['MISTRAL-7B', 'mistral_7b', 'mistral-7b-', 'Deployment/mistral-7b', 'Workspace/', '/mistral-7b', ''])(
    '"%s" is not taken for another one',
    async (name) => {
      const { code } = await run('delete', name, '--yes', '-n', first)
      expect([2, 5]).toContain(code)
      expect((await run('status', 'mistral-7b', '-n', first)).code).toBe(0)
    },
  )

  it('without a yes the question names all of them', async () => {
    const { code, stderr } = await run('delete', 'mistral-7b', 'phi-4', '-n', first)
    expect(code).toBe(2)
    expect(stderr).toContain('This deletes 2 workspaces (mistral-7b, phi-4)')
    expect(stderr).toContain('CONFIRMATION_REQUIRED')
  })

  it('piped from status into delete take away what they list, and nothing else', async () => {
    const line = `kaito status -n ${first} -o name | xargs bash -c 'kaito delete --yes -n ${first} "$@"' _`
    const stdout = await inShell(line)
    expect(stdout).toMatch(/^mistral-7b +deleted/m)
    expect(stdout).toMatch(/^phi-4 +deleted/m)
    expect((await run('status', '-n', first, '-o', 'name')).stdout).toBe('')
    expect((await run('status', '-n', second, '-o', 'name')).stdout).toBe('Workspace/mistral-7b\n')
    await deploy(first)
    const all = `kaito status -A -o name | grep -e '/${first}/' -e '/${second}/' | xargs bash -c 'kaito delete --yes "$@"' _`
    await inShell(all)
    for (const namespace of [first, second])
      expect((await run('status', '-n', namespace, '-o', 'name')).stdout).toBe('')
  })
})
