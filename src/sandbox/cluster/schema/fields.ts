/**
 * The fields of the kinds that kaito renders, as the OpenAPI of Kubernetes 1.36 declares them. `name!` is required;
 * `*` stands for any name; values that are separated by `|` are all there are; `any` is not looked into.
 */

export type Field = string | readonly [Field] | Fields
export interface Fields {
  readonly [name: string]: Field
}

const texts: Field = { '*': 'string' }
const list = (names: string, field: Field): Fields => Object.fromEntries(names.split(' ').map((name) => [name, field]))

const metadata: Fields = {
  ...list('name generateName namespace uid resourceVersion creationTimestamp deletionTimestamp selfLink', 'string'),
  ...list('generation deletionGracePeriodSeconds', 'number'),
  ...list('labels annotations', texts),
  finalizers: ['string'],
  ownerReferences: [
    { ...list('apiVersion kind name uid', 'string'), ...list('blockOwnerDeletion controller', 'boolean') },
  ],
  managedFields: 'any',
}
const object = (fields: Fields): Fields => ({
  apiVersion: 'string',
  kind: 'string',
  metadata,
  status: 'any',
  ...fields,
})

const labelSelector: Fields = {
  matchLabels: texts,
  matchExpressions: [{ key: 'string', operator: 'string', values: ['string'] }],
}
const keyOf: Fields = { name: 'string', key: 'string', optional: 'boolean' }
const items: Field = [{ key: 'string', path: 'string', mode: 'number' }]
const resources: Fields = { ...list('requests limits', { '*': 'quantity' }), claims: 'any' }
const handler: Fields = {
  exec: { command: ['string'] },
  httpGet: {
    path: 'string',
    port: 'port',
    host: 'string',
    scheme: 'HTTP|HTTPS',
    httpHeaders: [list('name value', 'string')],
  },
  tcpSocket: { port: 'port', host: 'string' },
  sleep: { seconds: 'number' },
}
const { sleep: _only, ...asked } = handler
const probe: Fields = {
  ...asked,
  grpc: { port: 'number', service: 'string' },
  ...list('initialDelaySeconds periodSeconds timeoutSeconds successThreshold failureThreshold', 'number'),
  terminationGracePeriodSeconds: 'number',
}
const security: Fields = {
  ...list('runAsUser runAsGroup', 'number'),
  runAsNonRoot: 'boolean',
  seccompProfile: { type: 'Localhost|RuntimeDefault|Unconfined', localhostProfile: 'string' },
  ...list('appArmorProfile seLinuxOptions windowsOptions', 'any'),
}
const container: Fields = {
  'name!': 'string',
  'image!': 'string',
  imagePullPolicy: 'Always|IfNotPresent|Never',
  ...list('command args', ['string']),
  env: [
    {
      'name!': 'string',
      value: 'string',
      valueFrom: {
        ...list('secretKeyRef configMapKeyRef', keyOf),
        ...list('fieldRef resourceFieldRef fileKeyRef', 'any'),
      },
    },
  ],
  envFrom: [{ prefix: 'string', ...list('secretRef configMapRef', { name: 'string', optional: 'boolean' }) }],
  ports: [
    {
      'containerPort!': 'number',
      hostPort: 'number',
      ...list('name hostIP', 'string'),
      protocol: 'SCTP|TCP|UDP',
    },
  ],
  resources,
  ...list('startupProbe readinessProbe livenessProbe', probe),
  lifecycle: { ...list('preStop postStart', handler), stopSignal: 'string' },
  securityContext: {
    ...security,
    ...list('allowPrivilegeEscalation privileged readOnlyRootFilesystem', 'boolean'),
    capabilities: list('add drop', ['string']),
    procMount: 'string',
  },
  volumeMounts: [
    {
      'name!': 'string',
      'mountPath!': 'string',
      readOnly: 'boolean',
      ...list('subPath subPathExpr mountPropagation recursiveReadOnly', 'string'),
    },
  ],
  volumeDevices: [list('name devicePath', 'string')],
  ...list('workingDir terminationMessagePath', 'string'),
  terminationMessagePolicy: 'FallbackToLogsOnError|File',
  restartPolicy: 'string',
  ...list('stdin stdinOnce tty', 'boolean'),
  ...list('resizePolicy restartPolicyRules', 'any'),
}
const volume: Fields = {
  'name!': 'string',
  emptyDir: { medium: 'string', sizeLimit: 'quantity' },
  configMap: { name: 'string', items, defaultMode: 'number', optional: 'boolean' },
  secret: { secretName: 'string', items, defaultMode: 'number', optional: 'boolean' },
  persistentVolumeClaim: { claimName: 'string', readOnly: 'boolean' },
  hostPath: { path: 'string', type: 'string' },
  ...list(
    'azureDisk azureFile csi downwardAPI ephemeral fc flexVolume gcePersistentDisk gitRepo glusterfs image',
    'any',
  ),
  ...list('awsElasticBlockStore cephfs cinder flocker iscsi nfs photonPersistentDisk portworxVolume projected', 'any'),
  ...list('quobyte rbd scaleIO storageos vsphereVolume', 'any'),
}
const toleration: Fields = {
  ...list('key operator value', 'string'),
  effect: 'NoExecute|NoSchedule|PreferNoSchedule',
  tolerationSeconds: 'number',
}
const podSpec: Fields = {
  'containers!': [container],
  initContainers: [container],
  volumes: [volume],
  nodeSelector: texts,
  tolerations: [toleration],
  imagePullSecrets: [{ name: 'string' }],
  securityContext: {
    ...security,
    fsGroup: 'number',
    supplementalGroups: ['number'],
    ...list('fsGroupChangePolicy supplementalGroupsPolicy seLinuxChangePolicy', 'string'),
    sysctls: [list('name value', 'string')],
  },
  topologySpreadConstraints: [
    {
      maxSkew: 'number',
      minDomains: 'number',
      topologyKey: 'string',
      whenUnsatisfiable: 'DoNotSchedule|ScheduleAnyway',
      labelSelector,
      matchLabelKeys: ['string'],
      ...list('nodeAffinityPolicy nodeTaintsPolicy', 'string'),
    },
  ],
  hostAliases: [{ ip: 'string', hostnames: ['string'] }],
  restartPolicy: 'Always|Never|OnFailure',
  dnsPolicy: 'ClusterFirst|ClusterFirstWithHostNet|Default|None',
  dnsConfig: { ...list('nameservers searches', ['string']), options: [list('name value', 'string')] },
  ...list('activeDeadlineSeconds priority terminationGracePeriodSeconds', 'number'),
  ...list('automountServiceAccountToken enableServiceLinks hostIPC hostNetwork hostPID hostUsers', 'boolean'),
  ...list('setHostnameAsFQDN shareProcessNamespace', 'boolean'),
  ...list('hostname hostnameOverride nodeName preemptionPolicy priorityClassName runtimeClassName', 'string'),
  ...list('schedulerName serviceAccount serviceAccountName subdomain', 'string'),
  ...list('affinity ephemeralContainers os overhead readinessGates resourceClaims resources', 'any'),
  ...list('schedulingGates schedulingGroup workloadRef', 'any'),
}
const peers: Field = [
  { ...list('podSelector namespaceSelector', labelSelector), ipBlock: { cidr: 'string', except: ['string'] } },
]
const policyPorts: Field = [{ port: 'port', endPort: 'number', protocol: 'SCTP|TCP|UDP' }]

export const FIELDS: Readonly<Record<string, Fields>> = {
  ConfigMap: object({ ...list('data binaryData', texts), immutable: 'boolean' }),
  Secret: object({ ...list('data stringData', texts), type: 'string', immutable: 'boolean' }),
  ServiceAccount: object({
    automountServiceAccountToken: 'boolean',
    imagePullSecrets: [{ name: 'string' }],
    secrets: 'any',
  }),
  Pod: object({ 'spec!': podSpec }),
  Deployment: object({
    'spec!': {
      ...list('replicas minReadySeconds progressDeadlineSeconds revisionHistoryLimit', 'number'),
      paused: 'boolean',
      'selector!': labelSelector,
      strategy: { type: 'Recreate|RollingUpdate', rollingUpdate: list('maxSurge maxUnavailable', 'port') },
      'template!': { metadata, 'spec!': podSpec },
    },
  }),
  Service: object({
    'spec!': {
      'ports!': [
        {
          ...list('name appProtocol', 'string'),
          ...list('port nodePort', 'number'),
          protocol: 'SCTP|TCP|UDP',
          targetPort: 'port',
        },
      ],
      selector: texts,
      type: 'ClusterIP|ExternalName|LoadBalancer|NodePort',
      sessionAffinity: 'ClientIP|None',
      ...list('externalTrafficPolicy internalTrafficPolicy', 'Cluster|Local'),
      ...list('clusterIP externalName ipFamilyPolicy loadBalancerClass loadBalancerIP trafficDistribution', 'string'),
      ...list('clusterIPs externalIPs ipFamilies loadBalancerSourceRanges', ['string']),
      ...list('allocateLoadBalancerNodePorts publishNotReadyAddresses', 'boolean'),
      healthCheckNodePort: 'number',
      sessionAffinityConfig: { clientIP: { timeoutSeconds: 'number' } },
    },
  }),
  PodDisruptionBudget: object({
    spec: {
      ...list('minAvailable maxUnavailable', 'port'),
      selector: labelSelector,
      unhealthyPodEvictionPolicy: 'AlwaysAllow|IfHealthyBudget',
    },
  }),
  NetworkPolicy: object({
    spec: {
      podSelector: labelSelector,
      policyTypes: ['Egress|Ingress'],
      ingress: [{ from: peers, ports: policyPorts }],
      egress: [{ to: peers, ports: policyPorts }],
    },
  }),
  PersistentVolumeClaim: object({
    spec: {
      accessModes: ['ReadOnlyMany|ReadWriteMany|ReadWriteOnce|ReadWriteOncePod'],
      resources,
      volumeMode: 'Block|Filesystem',
      ...list('storageClassName volumeName volumeAttributesClassName', 'string'),
      selector: labelSelector,
      ...list('dataSource dataSourceRef', 'any'),
    },
  }),
}
