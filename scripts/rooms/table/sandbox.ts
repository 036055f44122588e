/** A simulated cluster, cloud and engine as one process. */
import type { Room } from './room.ts'

export const SANDBOX: readonly Room[] = [
  {
    path: 'sandbox',
    holds: 'the sandbox’s door: client, settings, drills',
    rooms: ['core/', 'hub/hub.ts', 'sandbox/process/lock.ts', 'std/'],
    packages: ['yaml'],
    node: 'any',
    because: 'Whoever uses the sandbox goes through this door and over HTTP; behind it stands a process of its own.',
  },
  {
    path: 'sandbox/clouds',
    holds: 'what simulated clouds have in common, and their registry',
    rooms: ['core/', 'sandbox/*', 'sandbox/clouds/'],
    node: 'any',
    because: 'A simulated cloud reaches the simulated cluster over its API, as a real one does.',
  },
  {
    path: 'sandbox/clouds/<cloud>',
    holds: 'one simulated cloud, whole',
    rooms: [
      'core/',
      'sandbox/*',
      'sandbox/clouds/cloud.ts',
      'sandbox/clouds/machines.ts',
      'sandbox/clouds/loopback.ts',
    ],
    node: 'any',
    because: 'A simulated cloud is whole in its folder: it knows no other and no simulated cluster.',
  },
  {
    path: 'sandbox/cluster',
    holds: 'the simulated API server, its controllers and kubelet',
    rooms: ['core/', 'sandbox/*', 'sandbox/cluster/', 'sandbox/engines/'],
    packages: ['ws', 'yaml'],
    node: 'any',
    because:
      'The simulated cluster runs containers; which engine is in one the registry of engines knows, and the cloud it does not see.',
  },
  {
    path: 'sandbox/engines',
    holds: 'the registry of simulated engines',
    rooms: ['core/', 'sandbox/*', 'sandbox/engines/'],
    node: 'any',
    because: 'A simulated engine is a process in a container: it knows no cluster.',
  },
  {
    path: 'sandbox/engines/<engine>',
    holds: 'one simulated engine, whole',
    rooms: ['core/', 'sandbox/*', 'sandbox/engines/engine.ts'],
    node: 'any',
    because: 'A simulated engine is whole in its folder and knows no other.',
  },
  {
    path: 'sandbox/process',
    holds: 'the process: start, disk, control',
    rooms: ['core/', 'sandbox/'],
    packages: ['yaml'],
    node: 'any',
    because: 'The process puts the sandbox together; it knows nothing of those who talk to it.',
  },
]
