import { expect, it } from 'vitest'
import { advice, again, setting, thenAgain } from '#core/advice.ts'
import { redeploying } from '#core/redeploy.ts'
import { said } from '../../support/said.ts'

const deploy = { run: 'kaito', verb: 'deploy', workspace: 'mistral-7b', namespace: 'default' } as const
const told = (hint: Parameters<typeof redeploying>[0]) => said(redeploying(hint, deploy))

it('a setting that the same command lacked goes into the deploy', () => {
  expect(told(advice`${again(setting('maxModelLen', 16384))}, or on another machine.`)).toBe(
    'Run: kaito deploy mistral-7b -n default --max-model-len 16384, or on another machine.',
  )
})

it('words before and after it stay', () => {
  expect(told(advice`Free a GPU, then ${thenAgain()}.`)).toBe(
    'Free a GPU, then run: kaito deploy mistral-7b -n default.',
  )
  expect(told(advice`Accept the licence; then ${thenAgain(setting('hfTokenFile', 'FILE'))}.`)).toBe(
    'Accept the licence; then run: kaito deploy mistral-7b -n default --hf-token-file FILE.',
  )
})

it('settings that the deploy has already stay', () => {
  const named = { ...deploy, settings: { name: 'chat' } }
  expect(said(redeploying(advice`${again(setting('image', 'X'))}`, named))).toBe(
    'Run: kaito deploy mistral-7b -n default --name chat --image X',
  )
})

it('what speaks of no command is left as it is', () => {
  expect(told('Look at the nodes.')).toBe('Look at the nodes.')
})
