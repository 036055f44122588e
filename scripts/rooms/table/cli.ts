/** The command line. */
import type { Room } from './room.ts'

/** The sandbox's door: its client, its table of drills, where it keeps its files, and the simulated Hub. */
const SANDBOX = ['sandbox/client.ts', 'sandbox/drills.ts', 'sandbox/paths.ts', 'sandbox/hub.ts']

export const CLI: readonly Room[] = [
  {
    path: 'cli',
    holds: 'argv → typed request; the one catch',
    rooms: ['cli/', 'core/', 'pipeline/', 'ui/'],
    packages: ['commander'],
    because:
      'The command line reads a request, hands it to the pipeline and shows the answer; what it talks to is put together in cli/wiring.',
  },
  {
    path: 'cli/commands',
    holds: 'one verb each: options, three examples, one pipeline',
    rooms: [
      'cli/*',
      'cli/flags/',
      'cli/input/',
      'cli/terminal/',
      'cli/wiring/',
      'core/',
      'data/',
      'pipeline/',
      ...SANDBOX,
      'sandbox/process/serve.ts',
    ],
    packages: ['commander'],
    because:
      'A command says which pipeline it is and how it is spelled. Clients and colours come to it through the session.',
  },
  {
    path: 'cli/completion',
    holds: 'what TAB offers',
    rooms: ['cli/flags/', 'cli/terminal/', 'core/', 'data/', 'kube/access/kubeconfig.ts'],
    packages: ['@bomb.sh/tab', 'commander'],
    because: 'A TAB reads files; the names that only a cluster knows are handed to it, in a moment or not at all.',
  },
  {
    path: 'cli/flags',
    holds: 'how flags are spelled, and where their values come from',
    rooms: ['core/', 'data/'],
    packages: ['commander'],
    node: ['fs', 'path'],
    because: 'A flag is a word and a value; what is done with it is another room’s.',
  },
  {
    path: 'cli/input',
    holds: 'files, standard input and flags → requests',
    rooms: ['cli/session.ts', 'cli/flags/', 'cli/terminal/', 'core/', 'data/', 'pipeline/'],
    node: ['fs', 'path'],
    because:
      'Input ends with a typed request. What it must ask a cluster for it gets through the session; it knows no client.',
  },
  {
    path: 'cli/terminal',
    holds: 'the terminal: streams, prompts, questions',
    rooms: ['core/', 'pipeline/observe/', 'ui/'],
    node: ['fs', 'path', 'readline/promises'],
    because: 'The terminal shows and asks; it knows no session, no flags and no clients.',
  },
  {
    path: 'cli/wiring',
    holds: 'puts the ports together',
    rooms: [
      'cli/*',
      'cli/completion/tab-question.ts',
      'cli/flags/',
      'cli/terminal/',
      'clouds/index.ts',
      'core/',
      'data/',
      'hub/client.ts',
      'kube/access/',
      'kube/connect.ts',
      'pipeline/',
      'runtimes/index.ts',
      ...SANDBOX,
      'sandbox/clouds/cloud.ts',
      'sandbox/clouds/index.ts',
      'sandbox/cluster/controllers/index.ts',
      'sandbox/cluster/controllers/loop.ts',
      'sandbox/engines/engine.ts',
      'sandbox/engines/index.ts',
      'std/',
      'ui/',
    ],
    node: 'any',
    because: 'The one room that knows every client goes through their front doors, so that each can be exchanged here.',
  },
]
