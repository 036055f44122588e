import { expect, it } from 'vitest'
import { advice, setting } from '#core/advice.ts'
import { redeploying } from '#core/redeploy.ts'
import { said } from '../../support/said.ts'

const deploy = { run: 'kaito', verb: 'deploy', workspace: 'mistral-7b', namespace: 'default' } as const
const told = (hint: Parameters<typeof redeploying>[0]) => said(redeploying(hint, deploy))

it('a setting that the same command lacked goes into the deploy', () => {
  expect(told(advice`Run the same command again with ${setting('maxModelLen', 16384)}, or on another machine.`)).toBe(
    'Run: kaito deploy mistral-7b -n default --max-model-len 16384, or on another machine.',
  )
})

it('words before and after it stay', () => {
  expect(told('Free a GPU, then run the same command again.')).toBe(
    'Free a GPU, then run: kaito deploy mistral-7b -n default.',
  )
  expect(
    told(advice`Accept the licence; then run the same command again with ${setting('hfTokenFile', 'FILE')}.`),
  ).toBe('Accept the licence; then run: kaito deploy mistral-7b -n default --hf-token-file FILE.')
})

it('settings that the deploy has already stay', () => {
  const named = { ...deploy, settings: { name: 'chat' } }
  expect(said(redeploying(advice`Run the same command again with ${setting('image', 'X')}`, named))).toBe(
    'Run: kaito deploy mistral-7b -n default --name chat --image X',
  )
})

it('what speaks of no command is left as it is', () => {
  expect(told('Look at the nodes.')).toBe('Look at the nodes.')
})
