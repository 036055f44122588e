/** The commands of az and aws that kaito prints are such as these tools take: read by the arguments that the tools themselves list. */
import { expect, it } from 'vitest'
import { printedCommands, wordsOf } from './printed.ts'
import { commandOf, faultsOf, isRead } from './tool-table.ts'

const ALL = [...new Map(printedCommands().map((printed) => [printed.words.join(' '), printed])).values()]
const READ = ALL.filter(({ words }) => isRead(words[0]))
const NOT_READ = ALL.filter(({ words }) => !isRead(words[0]))

it('there are some of each place that prints them', () => {
  const names = READ.map(({ words }) => `${words[0]} ${commandOf(words)}`)
  for (const name of ['az aks get-credentials', 'az aks nodepool add', 'az vm list-usage', 'aws eks create-nodegroup'])
    expect(names).toContain(name)
  expect(READ.some(({ isPart }) => isPart)).toBe(true)
})

it.each(READ.map((printed) => ({ line: printed.words.join(' '), ...printed })))('$line', (printed) => {
  expect(faultsOf(printed)).toEqual([])
})

it('those of gcloud, which is on no package registry, are read by nobody', () => {
  process.stdout.write(`  not read, for want of the tool: ${NOT_READ.length} commands of gcloud\n`)
  expect([...new Set(NOT_READ.map(({ words }) => `${words[0]} ${commandOf(words)}`))]).toEqual([
    'gcloud container clusters get-credentials CLUSTER',
    expect.stringMatching(/^gcloud container node-pools create \S+$/),
  ])
})

it.each([
  ['az aks nodepools list', 'the command aks nodepools list'],
  ['az aks show -g GROUP', '--name, -n is missing'],
  ['az aks show -g GROUP -n NAME --pool x', 'there is no --pool'],
  ['az aks show -g GROUP -n NAME -o wide', '-o cannot be wide'],
  ['az aks show -g GROUP -n', '-n has 0 values'],
  ['az aks show -g GROUP -n ONE OTHER', '-n has 2 values'],
  ['aws eks create-nodegroup --taints key=a,colour=b', '--taints has no colour'],
  ['aws eks create-nodegroup --ami-type AL3', '--ami-type cannot be AL3'],
])('%s: %s', (line, fault) => {
  expect(faultsOf({ words: wordsOf(line) }).join('; ')).toContain(fault)
})
