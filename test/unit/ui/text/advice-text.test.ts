/** Advice as it is typed: quoted so that a shell reads back what was meant, and leading to the cluster of the run. */
import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { advice, kaito, kubectl, other, setting } from '#core/advice.ts'
import { NEW_SHELL, quoted, type Shell, sayAdvice } from '#ui/text/advice-text.ts'

const readBack = (line: string): string[] =>
  execFileSync('sh', ['-c', `set -- ${line}; printf '%s\\0' "$@"`], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1)

describe('a word', () => {
  it.each([
    'two words',
    "it's",
    '"',
    '$HOME',
    '`id`',
    '$(id)',
    'a;b',
    '*',
    '~/x',
    '',
    '\\',
    '!1',
    'a\nb',
    '#',
    '{a,b}',
    '<you>',
  ])('%j is what a shell reads', (word) => {
    expect(readBack(quoted(word))).toEqual([word])
  })

  it.each(['mistral-7b', 'kaito.sh/workspace=x', '--docker-server=…', '/home/me/.kube/config', 'größe'])(
    '%s needs no quotes',
    (word) => {
      expect(quoted(word)).toBe(word)
    },
  )

  it('of any kind of program is quoted', () => {
    const shell: Shell = { context: "o'neil's", kubeconfigs: ['/my files/config'] }
    const place = ['--context', "o'neil's", '--kubeconfig', '/my files/config']
    const said = (text: ReturnType<typeof advice>): string[] => readBack(sayAdvice(text, shell))
    expect(said(advice`${kubectl('get', 'pods', '-l', 'a in (b)')}`)).toEqual([
      'kubectl',
      ...place,
      ...['get', 'pods', '-l', 'a in (b)'],
    ])
    const settings = { filename: 'my file.yaml', engineArg: 'a=$b', yes: true } as const
    expect(said(advice`${kaito('deploy', { namespace: 'n', settings })}`)).toEqual([
      ...['kaito', 'deploy', '-n', 'n', '--yes', ...place],
      ...['-f', 'my file.yaml', '--engine-arg', 'a=$b'],
    ])
    expect(said(advice`${other('az', 'aks', 'show', '-g', 'my group')}`)).toEqual([
      'az',
      'aks',
      'show',
      '-g',
      'my group',
    ])
  })
})

describe('the cluster', () => {
  const both = advice`See: ${kaito('status', { workspace: 'x', namespace: 'n' })}; ${kubectl('get', 'pods')}`

  it.each<[string, Shell, string]>([
    ['as another shell finds it', NEW_SHELL, 'See: kaito status x -n n; kubectl get pods'],
    ['of a context', { context: 'b' }, 'See: kaito status x -n n --context b; kubectl --context b get pods'],
    [
      'of a file',
      { kubeconfigs: ['/k'] },
      'See: kaito status x -n n --kubeconfig /k; kubectl --kubeconfig /k get pods',
    ],
    [
      'of several files',
      { kubeconfigs: ['/k', '/l'] },
      'See: KUBECONFIG=/k:/l kaito status x -n n; KUBECONFIG=/k:/l kubectl get pods',
    ],
    [
      'of the sandbox',
      { sandbox: { kubectlConfig: '/s' } },
      'See: kaito status x -n n --sandbox; kubectl --kubeconfig /s get pods',
    ],
  ])('%s', (_, shell, words) => {
    expect(sayAdvice(both, shell)).toBe(words)
  })

  it('has the namespace of the run where a command names none', () => {
    const text = advice`${kaito('chat', { workspace: 'x' })}; ${kaito('chat', { workspace: 'x', namespace: 'n' })}`
    expect(sayAdvice(text, { namespace: 'm' })).toBe('kaito chat x -n m; kaito chat x -n n')
    const all = advice`${kaito('status', { settings: { allNamespaces: true } })}; ${kaito('lint')}`
    expect(sayAdvice(all, { namespace: 'm' })).toBe('kaito status -A; kaito lint')
  })

  it('is said of no command that needs none', () => {
    const text = advice`${kaito('lint', { settings: { filename: 'F' } })}; ${kaito('deploy', { settings: { help: true } })}`
    expect(sayAdvice(text, { sandbox: { kubectlConfig: '/s' } })).toBe('kaito lint -f F; kaito deploy --help')
  })

  it('is the one that a command names itself', () => {
    const text = advice`${kaito('deploy', { settings: { filename: 'F', sandbox: true } })}`
    expect(sayAdvice(text, { context: 'b' })).toBe('kaito deploy -f F --sandbox')
  })

  it('of a command about the kubeconfig is its file', () => {
    expect(sayAdvice(advice`${kubectl('config', 'view')}`, { context: 'b', kubeconfigs: ['/k'] })).toBe(
      'kubectl --kubeconfig /k config view',
    )
  })
})

it('a setting by itself is spelled as a flag', () => {
  const text = advice`Again with ${setting('maxModelLen', 4096)}, or ${setting('forceConflicts')}.`
  expect(sayAdvice(text, { context: 'b' })).toBe('Again with --max-model-len 4096, or --force-conflicts.')
})
