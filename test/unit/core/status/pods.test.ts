/** Pods as kubelets report them (pasted from clusters, shortened) → can waiting still help? */
import { describe, expect, it } from 'vitest'
import type { KubeObject } from '#core/objects/kube-object.ts'
import { diagnosePod } from '#core/status/pods.ts'
import { diagnoseReplicaSet } from '#core/status/replica-set.ts'
import { vllm } from '#runtimes/vllm/index.ts'

interface Container {
  ready?: boolean
  restartCount?: number
  state?: object
  lastState?: object
}

function pod(status: object, containers: Container[] = []): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'mistral-7b-5d9-x2x', namespace: 'default', uid: 'p' },
    status: { phase: 'Pending', containerStatuses: containers.map((c) => ({ name: 'engine', ...c })), ...status },
  } as KubeObject
}

const waiting = (reason: string, message = '', more: Container = {}): Container => ({
  state: { waiting: { reason, message } },
  ...more,
})
const event = (reason: string, message: string, times: object = {}): KubeObject =>
  ({ apiVersion: 'v1', kind: 'Event', metadata: { name: 'e' }, reason, message, ...times }) as KubeObject

const unscheduled = (message: string): KubeObject =>
  pod({ conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }] })

const KARPENTER = 'Failed to schedule pod, all available instance types exceed limits for nodepool: "gpu"'
const SCHEDULER = '0/1 nodes are available: 1 Insufficient nvidia.com/gpu.'
const PULL = 'Failed to pull image "vllm/vllm-openai:v0"'

describe('hopeless', () => {
  it.each([
    {
      what: 'a taint of the user on the GPU nodes, among nodes without GPUs',
      pod: unscheduled(
        '0/3 nodes are available: 2 Insufficient nvidia.com/gpu, 1 node(s) had untolerated taint {team: other}. preemption: 0/3 nodes are available.',
      ),
      code: 'TAINT_NOT_TOLERATED',
      says: 'team: other',
    },
    {
      what: 'no GPU free, among nodes with taints of the system',
      pod: unscheduled(
        '0/3 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 1 node(s) had untolerated taint {CriticalAddonsOnly: true}, 1 Insufficient nvidia.com/gpu.',
      ),
      code: 'NO_GPU_FREE',
      says: '1 Insufficient nvidia.com/gpu',
    },
    {
      what: 'a tag that the registry does not have',
      pod: pod({}, [
        waiting('ImagePullBackOff', `Back-off pulling image: ${PULL}: failed to resolve reference: not found`),
      ]),
      code: 'IMAGE_NOT_FOUND',
      says: 'not found',
    },
    {
      what: 'a registry that asks for a password',
      pod: pod({}, [waiting('ErrImagePull', `${PULL}: 401 Unauthorized`)]),
      code: 'IMAGE_PULL_DENIED',
      says: '401 Unauthorized',
    },
    {
      what: 'an image name that is none',
      pod: pod({}, [waiting('InvalidImageName', 'couldn’t parse image reference "Vllm:"')]),
      code: 'IMAGE_PULL_FAILED',
      says: 'parse image reference',
    },
    {
      what: 'a Secret that is missing',
      pod: pod({}, [waiting('CreateContainerConfigError', 'secret "hf" not found')]),
      code: 'SECRET_NOT_FOUND',
      says: 'secret "hf" not found',
    },
    {
      what: 'a key that the Secret lacks',
      pod: pod({}, [waiting('CreateContainerConfigError', "couldn't find key HF_TOKEN in Secret default/hf")]),
      code: 'SECRET_KEY_NOT_FOUND',
      says: 'HF_TOKEN',
    },
    {
      what: 'killed at the memory limit, again',
      pod: pod({ phase: 'Running' }, [
        waiting('CrashLoopBackOff', '', {
          restartCount: 1,
          lastState: { terminated: { reason: 'OOMKilled', exitCode: 137 } },
        }),
      ]),
      code: 'OUT_OF_MEMORY',
      says: 'OOMKilled',
    },
    {
      what: 'crashing again and again',
      pod: pod({ phase: 'Running' }, [
        waiting('CrashLoopBackOff', '', {
          restartCount: 2,
          lastState: { terminated: { reason: 'Error', exitCode: 1, message: 'ValueError: max seq len 32768' } },
        }),
      ]),
      code: 'CRASH_LOOP',
      says: 'ValueError: max seq len',
    },
    {
      what: 'no node that fits',
      pod: pod({
        conditions: [
          {
            type: 'PodScheduled',
            status: 'False',
            reason: 'Unschedulable',
            message: '0/3 nodes are available: 3 Insufficient nvidia.com/gpu.',
          },
        ],
      }),
      code: 'NO_GPU_FREE',
      says: 'Insufficient nvidia.com/gpu',
    },
    {
      what: 'a pod that has failed',
      pod: pod({ phase: 'Failed', reason: 'UnexpectedAdmissionError', message: 'no GPU left' }),
      code: 'WORKLOAD_FAILED',
      says: 'no GPU left',
    },
  ])('$what', ({ pod: object, code, says }) => {
    const found = diagnosePod(object, { events: [] })
    expect(found).toMatchObject({ verdict: 'hopeless', code })
    expect(found.reason).toContain(says)
    expect(found.message).toContain('mistral-7b-5d9-x2x')
  })

  it('an image that could not be pulled three times, whatever the words', () => {
    // A kubelet 1.36 writes all of these of one try, and counts what it says again.
    const said = (pulls: number, words = 'net/http: TLS handshake timeout', times: object = { count: pulls }) => [
      event('Pulling', 'Pulling image "vllm/vllm-openai:v0"', { count: pulls }),
      event('Failed', `${PULL}: ${words}`, times),
      event('Failed', 'Error: ErrImagePull', { count: pulls }),
      event('BackOff', 'Back-off pulling image "vllm/vllm-openai:v0"', { count: 4 * pulls }),
      event('Failed', 'Error: ImagePullBackOff', { count: 4 * pulls }),
    ]
    const slow = pod({}, [waiting('ImagePullBackOff', 'Back-off pulling image')])
    expect(diagnosePod(slow, { events: said(1) })).toMatchObject({ verdict: 'moving' })
    expect(diagnosePod(slow, { events: said(2) })).toMatchObject({ verdict: 'moving' })
    const ended = { code: 'IMAGE_PULL_FAILED', message: expect.stringContaining('3 times') }
    expect(diagnosePod(slow, { events: said(3) })).toMatchObject(ended)
    expect(diagnosePod(slow, { events: said(3, 'i/o timeout', { series: { count: 3 } }) })).toMatchObject(ended)
    expect(diagnosePod(slow, { events: [...said(2), ...said(1, 'i/o timeout')] })).toMatchObject(ended)
  })

  it('pods that admission refuses', () => {
    const set = (message: string): KubeObject =>
      ({
        apiVersion: 'apps/v1',
        kind: 'ReplicaSet',
        metadata: { name: 'mistral-7b-5d9' },
        status: { conditions: [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message }] },
      }) as KubeObject
    const words = 'pods "x" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true'
    expect(diagnoseReplicaSet(set(words), [])).toMatchObject({
      verdict: 'hopeless',
      code: 'POD_SECURITY_VIOLATION',
      reason: words,
    })
    const soon = 'error looking up service account default/mistral-7b: serviceaccount "mistral-7b" not found'
    expect(diagnoseReplicaSet(set(soon), [])).toMatchObject({ verdict: 'moving' })
  })
})

describe('worth waiting for', () => {
  it.each([
    { what: 'a pull under way', pod: pod({}, [waiting('ContainerCreating')]) },
    {
      what: 'a scheduling gate, which a queue lifts',
      pod: pod({
        conditions: [
          {
            type: 'PodScheduled',
            status: 'False',
            reason: 'SchedulingGated',
            message: 'Scheduling is blocked due to non-empty scheduling gates',
          },
        ],
      }),
    },
    { what: 'a pull that timed out once', pod: pod({}, [waiting('ErrImagePull', `${PULL}: i/o timeout`)]) },
    {
      what: 'the first crash',
      pod: pod({ phase: 'Running' }, [
        waiting('CrashLoopBackOff', '', {
          restartCount: 0,
          lastState: { terminated: { reason: 'Error', exitCode: 1 } },
        }),
      ]),
    },
    { what: 'an engine that starts', pod: pod({ phase: 'Running' }, [{ state: { running: {} }, ready: false }]) },
    { what: 'an evicted pod', pod: pod({ phase: 'Failed', reason: 'Evicted' }) },
    {
      what: 'a pod that the scheduler has not seen',
      pod: pod({ conditions: [{ type: 'PodScheduled', status: 'False' }] }),
    },
    {
      what: 'a pod on its way out',
      pod: { ...pod({ phase: 'Failed' }), metadata: { name: 'x', deletionTimestamp: '2026-01-01T00:00:00Z' } },
    },
  ])('$what', ({ pod: object }) => {
    expect(diagnosePod(object, { events: [] })).toMatchObject({ verdict: 'moving' })
  })

  it('a GPU that is about to be free again', () => {
    const message = '0/2 nodes are available: 2 Insufficient nvidia.com/gpu.'
    const pending = pod({ conditions: [{ type: 'PodScheduled', status: 'False', message }] })
    expect(diagnosePod(pending, { events: [], leaving: 'old' })).toMatchObject({ verdict: 'moving' })
    expect(diagnosePod(pending, { events: [] })).toMatchObject({ code: 'NO_GPU_FREE' })
  })

  it.each([
    ['waits while an autoscaler has not looked', [], true, 'moving'],
    ['waits while it adds a node', [event('TriggeredScaleUp', 'pool 0->1')], true, 'moving'],
    ['ends when it will not', [event('NotTriggerScaleUp', 'max node group size reached')], true, 'hopeless'],
    ['ends where there is none', [], false, 'hopeless'],
    ['waits while Karpenter adds a node', [event('Nominated', 'Pod should schedule on: nodeclaim/x')], true, 'moving'],
    ['ends when Karpenter will not', [event('FailedScheduling', KARPENTER)], true, 'hopeless'],
    ['waits whatever the scheduler says again', [event('FailedScheduling', SCHEDULER)], true, 'moving'],
    [
      'goes by what was said last',
      [
        event('NotTriggerScaleUp', 'in backoff', { count: 2, lastTimestamp: '2026-01-01T10:00:20Z' }),
        event('TriggeredScaleUp', 'pool 0->1', { lastTimestamp: '2026-01-01T10:00:10Z' }),
      ],
      true,
      'hopeless',
    ],
  ])('%s', (_what, events, mayScale, verdict) => {
    const message = '0/1 nodes are available: 1 node(s) had untolerated taint(s).'
    const pending = pod({ conditions: [{ type: 'PodScheduled', status: 'False', message }] })
    expect(diagnosePod(pending, { events, mayScale }).verdict).toBe(verdict)
  })

  it('a crash whose log names no cause is given a second start', () => {
    const once = pod({ phase: 'Running' }, [{ restartCount: 0, state: { terminated: { exitCode: 1 } } }])
    expect(diagnosePod(once, { events: [], log: { text: 'Segmentation fault', engine: vllm } })).toMatchObject({
      verdict: 'moving',
    })
    const known = 'error: unrecognized arguments: --x'
    expect(diagnosePod(once, { events: [], log: { text: known, engine: vllm } })).toMatchObject({
      code: 'ENGINE_FLAG_INVALID',
    })
  })

  it('a crash loop of unknown cause brings the last lines of the log', () => {
    const down = pod({ phase: 'Running' }, [{ restartCount: 1, state: { terminated: { exitCode: 1 } } }])
    const log = Array.from({ length: 15 }, (_, index) => `line ${index}`).join('\n')
    const { code, lines } = diagnosePod(down, { events: [], log: { text: `${log}\n\n`, engine: vllm } })
    expect(code).toBe('CRASH_LOOP')
    expect(lines).toEqual(Array.from({ length: 10 }, (_, index) => `line ${index + 5}`))
  })

  it('a crash counts the same while the container is down, waits, and runs again', () => {
    const terminated = { reason: 'Error', exitCode: 1 }
    const [down, waits, runs] = [
      { restartCount: 1, state: { terminated } },
      { restartCount: 1, state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated } },
      { restartCount: 2, state: { running: {} }, lastState: { terminated } },
    ].map((status) => diagnosePod(pod({ phase: 'Running' }, [status]), { events: [] }).message)
    for (const message of [down, waits, runs]) expect(message).toContain('ended 2 times with exit code 1')
  })

  it('what has crashed often has failed while it runs again, too', () => {
    const again = (restartCount: number) =>
      pod({ phase: 'Running' }, [
        { restartCount, state: { running: {} }, lastState: { terminated: { exitCode: 1, reason: 'Error' } } },
      ])
    expect(diagnosePod(again(2), { events: [] })).toMatchObject({
      verdict: 'hopeless',
      code: 'CRASH_LOOP',
      message: expect.stringContaining('ended 2 times with exit code 1, and runs again'),
    })
    expect(diagnosePod(again(1), { events: [] })).toMatchObject({
      verdict: 'moving',
      message: expect.stringContaining('ended once with exit code 1, and runs again'),
    })
  })

  it('what has crashed and is ready again is no failure', () => {
    const lastState = { terminated: { exitCode: 1 } }
    const back = pod({ phase: 'Running' }, [{ ready: true, restartCount: 3, lastState, state: { running: {} } }])
    expect(
      diagnosePod(back, { events: [], log: { text: 'error: unrecognized arguments: --x', engine: vllm } }).verdict,
    ).toBe('ok')
  })

  it('a ready pod is ok', () => {
    expect(
      diagnosePod(pod({ phase: 'Running' }, [{ ready: true, state: { running: {} } }]), { events: [] }).verdict,
    ).toBe('ok')
  })
})
