/**
 * What people type who know kubectl, its kaito plugin, helm or ollama, and how it is said here. By what is meant, and not by how it is
 * spelled: whoever types destroy does not mean deploy. A sentence begins with a capital, what is to be typed as it is typed.
 */

const DEPLOY = 'kaito deploy MODEL, or kaito deploy -f FILE'
const DELETE = 'kaito delete NAME'
const STATUS = 'kaito status NAME'
const ENDPOINT = 'kaito endpoint NAME'
const FORWARD = 'kaito endpoint NAME --forward'
const SIGN_IN = "There is no login: kaito uses your kubeconfig and the session of the cloud's own CLI (az login)"
const TUNING = 'Kaito does not tune models yet; the upstream KAITO operator does'
const RAG = 'Kaito has no retrieval (RAG); it serves models: kaito endpoint NAME shows the URL'

/** They are answered with the names of the models. */
export const MODELS = ['list', 'ls', 'model', 'models', 'presets']

export const VERBS = byWord({
  ...all(DEPLOY, 'apply', 'create', 'install', 'launch', 'replace', 'serve', 'start', 'up', 'upgrade'),
  ...all(DELETE, 'destroy', 'down', 'kill', 'purge', 'remove', 'rm', 'teardown', 'undeploy', 'uninstall'),
  stop: 'kaito scale NAME --replicas 0 removes its pods and nodes, kaito delete NAME removes everything',
  run: 'kaito deploy MODEL, then: kaito chat NAME',
  ...all(STATUS, 'describe', 'events', 'history', 'inspect', 'show', 'top'),
  get: 'kaito status; for the objects: kubectl get',
  ps: 'kaito status',
  ...all(ENDPOINT, 'get-endpoint', 'endpoints', 'url'),
  ...all(FORWARD, 'expose', 'forward', 'port-forward', 'portforward', 'proxy', 'tunnel'),
  rollout: 'kaito status NAME, or kaito wait NAME',
  explain: 'kaito plan MODEL --explain; the fields of a file: kaito init MODEL',
  ...all('kaito render MODEL, or kaito render -f FILE', 'manifest', 'template'),
  ...all('kaito lint -f FILE', 'check', 'validate', 'verify'),
  ...all('Change the file and deploy it again: kaito deploy -f FILE', 'edit', 'patch', 'set'),
  ...all('kaito chat NAME', 'ask', 'infer', 'prompt', 'query'),
  ...all('kubectl exec, with a pod from kaito status NAME', 'attach', 'exec', 'ssh'),
  log: 'kaito logs NAME',
  new: 'kaito init MODEL',
  ...all(SIGN_IN, 'auth', 'login', 'logout'),
  ...all(TUNING, 'finetune', 'train', 'tune'),
  rag: RAG,
  version: 'kaito --version',
})

/** Flags of deploy, status and chat there. */
export const FLAGS = byWord({
  '--adapters': 'Kaito serves no adapters yet; the upstream KAITO operator does',
  '--all': 'All of a namespace: kaito status -o name | xargs kaito delete',
  '--bypass-resource-checks':
    'A model that does not fit is never deployed; change what fits with --max-model-len or --instance-type',
  '--count': 'Kaito works out the number of nodes; set the number of replicas: --replicas N',
  '--enable-load-balancer':
    'Kaito creates no load balancer. From this machine: kaito endpoint NAME --forward; from elsewhere: your own Service or Ingress in front of the pods',
  '--external': 'From this machine: kaito endpoint NAME --forward',
  '--force': 'Say what to force: --force-conflicts for fields of another manager, --yes for a question',
  '--format': '-o json, or -o name for just the URL',
  '--image-tag': '--image REFERENCE',
  '--inference-config':
    'One engine flag: --engine-arg max-model-len=8192; a whole file: a ConfigMap with the key inference_config.yaml next to the Workspace, named by inference.config',
  '--message': '-p, --prompt',
  '--node-selector': 'Node labels go in a workspace file: resource.labelSelector.matchLabels',
  '--preferred-nodes': 'Node labels go in a workspace file: resource.labelSelector.matchLabels',
  '--region': 'The node pool is created where the cluster is',
  '--selector': 'kaito status -l SELECTOR -o name | xargs kaito delete',
  '--show-conditions': 'kaito status NAME shows them',
  '--show-worker-nodes': 'kaito status NAME shows them',
  '--system-prompt': '--system TEXT',
  '--top-p': '--temperature T; for top_p send your own requests to the URL of kaito endpoint NAME',
  '--wait': 'Deploy always waits until the endpoint answers',
  '--workspace': 'The name is an argument: kaito status NAME',
  ...all(
    TUNING,
    '--input-pvc',
    '--input-urls',
    '--output-image',
    '--output-image-secret',
    '--output-pvc',
    '--tuning',
    '--tuning-config',
    '--tuning-method',
  ),
})

/** What is typed may be a word that every object of JavaScript has: constructor, toString. */
function byWord(says: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  return new Map(Object.entries(says))
}

function all(says: string, ...words: readonly string[]): Record<string, string> {
  return Object.fromEntries(words.map((word) => [word, says]))
}
