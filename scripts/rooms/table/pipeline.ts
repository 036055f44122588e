/** From a request to its effects: rendering, engines, and the order of it all. */
import { HASHING, type Room } from './room.ts'

/** The ports, and the protocols that are written against a port and know no SDK. */
const PORTS = ['clouds/cloud.ts', 'hub/hub.ts', 'cluster/', 'endpoint/']

export const PIPELINE: readonly Room[] = [
  {
    path: 'render',
    holds: 'plan + templates → Kubernetes objects',
    rooms: ['core/'],
    packages: ['rfc6902'],
    node: HASHING,
    because: 'Rendering is a pure function of the plan: no cluster and no cloud, and the engine comes with it.',
  },
  {
    path: 'runtimes',
    holds: 'the registry of engines',
    rooms: ['core/', 'runtimes/'],
    because: 'An engine is told its settings by the plan; it knows no cluster and no cloud.',
  },
  {
    path: 'runtimes/<engine>',
    holds: 'one engine, whole',
    rooms: ['core/', 'runtimes/flags.ts', 'runtimes/retired.ts'],
    because: 'An engine is whole in its folder and knows no other engine.',
  },
  {
    path: 'pipeline',
    holds: 'the ports, one pass over the steps',
    rooms: [
      'core/',
      'pipeline/observe/',
      'pipeline/prepare/',
      'pipeline/steps/',
      'pipeline/time/',
      'render/',
      ...PORTS,
    ],
    because: 'The pipeline works through ports, and what a pass is made of does not know the run that it is in.',
  },
  {
    path: 'pipeline/observe',
    holds: 'what is there',
    rooms: ['core/', 'pipeline/*', 'pipeline/time/', ...PORTS],
    because: 'What is seen depends on no one’s wish: observing knows no run, no step and no preparation.',
  },
  {
    path: 'pipeline/prepare',
    holds: 'facts → plan → objects → changes',
    rooms: ['core/', 'pipeline/*', 'pipeline/observe/', 'render/', ...PORTS],
    because: 'Preparing acts on nothing: it knows no step and no run.',
  },
  {
    path: 'pipeline/runs',
    holds: 'one command each: pass after pass, under the lock',
    rooms: ['core/', 'pipeline/', 'render/', 'std/', ...PORTS],
    because: 'A run drives steps through ports; SDKs, commander and stdout are others’.',
  },
  {
    path: 'pipeline/steps',
    holds: 'one step each: judge, act',
    rooms: ['core/', 'pipeline/*', 'pipeline/observe/', 'pipeline/time/', ...PORTS],
    node: ['crypto', 'zlib'],
    because: 'A step knows the plan and what is seen; that it is part of a run, or of a controller, it does not know.',
  },
  {
    path: 'pipeline/time',
    holds: 'budgets and waits',
    rooms: ['core/', 'pipeline/*', 'std/'],
    because: 'Time passes without knowing what is waited for.',
  },
  {
    path: 'pipeline/use',
    holds: 'what is there, used: chat, logs, forward',
    rooms: ['core/', 'pipeline/*', 'pipeline/observe/', 'pipeline/time/', ...PORTS],
    because: 'To use an endpoint is not to change it: no step, no preparation.',
  },
]
