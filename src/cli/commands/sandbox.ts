import { InvalidArgumentError, Option } from 'commander'
import type { ExitCode } from '#core/errors.ts'
import type { CommandSpec } from '../command.ts'
import { parseDuration } from '../flags/values.ts'
import type { Session } from '../session.ts'
import { VERSION } from '../version.ts'
import { changeSettings } from '../wiring/sandbox.ts'
import { ensureSandbox, IDLE_MS, orUnavailable } from '../wiring/sandbox-process.ts'
import { resultOf } from '../wiring/sandbox-result.ts'

const ACTIONS = ['up', 'down', 'status', 'reset'] as const
const BY_HAND = 'Kill the process by its PID, then run the same command again.'
type Action = (typeof ACTIONS)[number]

export const sandboxCommand: CommandSpec<{ idle: number }> = {
  name: 'sandbox',
  argument: { syntax: '<action>', description: 'up, down, status or reset', values: ACTIONS },
  summary: 'manage the simulated cluster and cloud that --sandbox uses',
  group: 'Get started',
  examples: [
    { args: 'sandbox up', says: 'Start it and print a kubeconfig for kubectl; --sandbox starts it, too' },
    { args: 'sandbox status', says: 'Is it running, since when, and what is in it' },
    { args: 'sandbox reset', says: 'Stop it and delete everything in it' },
  ],
  options: (command) =>
    command.addOption(
      new Option('--idle <duration>', 'stop after this long without requests; its state is kept')
        .argParser(parseDuration)
        .default(IDLE_MS, '30m'),
    ),
  async run([word], { idle }, session) {
    const { findSandbox, resetSandbox, stopSandbox } = await import('#sandbox/client.ts')
    const { env } = session.io
    switch (actionOf(word)) {
      case 'serve': {
        const { data, engines, sandbox } = session.registries
        const [{ serveSandbox }, { placesOf }] = await Promise.all([
          import('#sandbox/process/serve.ts'),
          import('#sandbox/paths.ts'),
        ])
        await serveSandbox({
          places: placesOf(env),
          clouds: await sandbox.clouds(),
          engines: await sandbox.engines(),
          controllers: await sandbox.controllers(),
          supply: { catalog: await data.catalog(engines), engines },
          version: VERSION,
          idleMs: idle,
        })
        return 0
      }
      case 'up':
        await changeSettings(
          session.options,
          (await ensureSandbox(session.io, idle, session)).state.settings,
          session.io,
        )
        break
      case 'down':
        if (await orUnavailable(stopSandbox(env), BY_HAND)) return ended('stopped', session)
        break
      case 'reset':
        await orUnavailable(resetSandbox(env), BY_HAND)
        return ended('forgotten', session)
      case 'status':
        break
    }
    const running = await findSandbox(env)
    session.print([running === undefined ? { kind: 'Sandbox', isRunning: false } : await resultOf(running, session)])
    return 0
  },
}

function ended(how: 'stopped' | 'forgotten', session: Session): ExitCode {
  session.print([{ kind: 'Sandbox', isRunning: false, ended: how }])
  return 0
}

function actionOf(word: string | undefined): Action | 'serve' {
  const found = [...ACTIONS, 'serve' as const].find((action) => action === word)
  if (found === undefined)
    throw new InvalidArgumentError(
      `command-argument value '${word}' is invalid. Allowed choices are ${ACTIONS.join(', ')}.`,
    )
  return found
}
