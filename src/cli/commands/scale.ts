import { Option } from 'commander'
import { scaleRequest } from '#pipeline/runs/scale.ts'
import { deployAll } from '#pipeline/runs/several/deploy-all.ts'
import type { CommandSpec } from '../command.ts'
import { addWaitLock } from '../flags/several.ts'
import { parseReplicasOrNone } from '../flags/values.ts'
import { workspaceNamed } from '../input/workspace-names.ts'
import { printSeveral } from '../print-several.ts'
import { confirmDeploy } from '../terminal/confirm.ts'

interface ScaleFlags {
  replicas: number
  waitLock: boolean
}

export const scaleCommand: CommandSpec<ScaleFlags> = {
  name: 'scale',
  argument: { syntax: '<name>', description: 'workspace name' },
  summary: 'change the number of replicas and the nodes they need, down to 0',
  group: 'Deploy',
  examples: [
    { args: 'scale mistral-7b --replicas 3 --yes', says: 'The node pool grows with it' },
    { args: 'scale mistral-7b --replicas 1 --yes', says: 'Nodes that are no longer needed are drained and removed' },
    { args: 'scale mistral-7b --replicas 0 --yes', says: 'No pods and no nodes until it is scaled up again' },
  ],
  options: (command) =>
    addWaitLock(
      command.addOption(
        new Option('--replicas <n>', 'number of replicas, 0 or more')
          .argParser(parseReplicasOrNone)
          .makeOptionMandatory(),
      ),
    ),
  async run([name], { replicas, waitLock }, session) {
    const { objectName, namespace } = await workspaceNamed(name, session)
    const ports = await session.ports()
    const request = await scaleRequest(objectName, namespace, replicas, ports)
    const done = await deployAll(
      [request],
      { waitLock, failFast: false, confirm: (plans) => confirmDeploy(plans, session) },
      ports,
    )
    return printSeveral(done, session)
  },
}
