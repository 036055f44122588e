/** What the API server says it has, for kubectl, which asks before anything else. */
import { KINDS } from '../store/kinds.ts'

const VERBS = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch']
const SHORT: Readonly<Record<string, string[]>> = {
  ConfigMap: ['cm'],
  DaemonSet: ['ds'],
  Deployment: ['deploy'],
  Endpoints: ['ep'],
  Event: ['ev'],
  Namespace: ['ns'],
  NetworkPolicy: ['netpol'],
  Node: ['no'],
  PersistentVolumeClaim: ['pvc'],
  Pod: ['po'],
  PodDisruptionBudget: ['pdb'],
  ReplicaSet: ['rs'],
  ResourceQuota: ['quota'],
  Service: ['svc'],
  ServiceAccount: ['sa'],
  StatefulSet: ['sts'],
}
/** Of `kubectl get all`. */
const IN_ALL = ['DaemonSet', 'Deployment', 'Job', 'Pod', 'ReplicaSet', 'Service', 'StatefulSet']

/** @param path `/api`, `/apis`, `/api/v1` or `/apis/GROUP/VERSION`; undefined: none of them. */
export function discover(path: string): object | undefined {
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'] }
  if (path === '/apis') return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups() }
  const groupVersion = /^\/api\/(v1)$/.exec(path)?.[1] ?? /^\/apis\/([^/]+\/[^/]+)$/.exec(path)?.[1]
  const rows = KINDS.filter(({ apiVersion }) => apiVersion === groupVersion)
  if (rows.length === 0) return undefined
  const resources = rows.map(({ kind, plural, isNamespaced }) => ({
    name: plural,
    singularName: kind.toLowerCase(),
    namespaced: isNamespaced,
    kind,
    verbs: VERBS,
    ...(SHORT[kind] === undefined ? {} : { shortNames: SHORT[kind] }),
    ...(IN_ALL.includes(kind) ? { categories: ['all'] } : {}),
  }))
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources }
}

function groups(): object[] {
  const named = new Set(KINDS.map(({ apiVersion }) => apiVersion).filter((apiVersion) => apiVersion.includes('/')))
  return [...named].map((groupVersion) => {
    const [name = '', version = ''] = groupVersion.split('/')
    const only = { groupVersion, version }
    return { name, versions: [only], preferredVersion: only }
  })
}
