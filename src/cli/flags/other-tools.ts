/**
 * What people type who know kubectl, its kaito plugin, helm or ollama, and how it is said here. By what is meant, and not by how it is
 * spelled: whoever types destroy does not mean deploy. A sentence begins with a capital, what is to be typed as it is typed.
 */

const DEPLOY = 'kaito deploy MODEL, or kaito deploy -f FILE'
const DELETE = 'kaito delete NAME'
const STATUS = 'kaito status NAME'
const ENDPOINT = 'kaito endpoint NAME'
const FORWARD = 'kaito endpoint NAME --forward'
const SIGN_IN = "Kaito signs in nowhere: it takes the kubeconfig and the sign-in of the cloud's own tool (az login)"
const TUNING = 'Kaito does not tune yet; the upstream operator does'
const RAG = 'Kaito has no retrieval (RAG): it serves models, and kaito endpoint NAME says where'

/** They are answered with the names of the models. */
export const MODELS = ['list', 'ls', 'model', 'models', 'presets']

export const VERBS = byWord({
  ...all(DEPLOY, 'apply', 'create', 'install', 'launch', 'replace', 'serve', 'start', 'up', 'upgrade'),
  ...all(DELETE, 'destroy', 'down', 'kill', 'purge', 'remove', 'rm', 'teardown', 'undeploy', 'uninstall'),
  stop: 'kaito scale NAME --replicas 0 takes its pods and machines away, kaito delete NAME all of it',
  run: 'kaito deploy MODEL, then: kaito chat NAME',
  ...all(STATUS, 'describe', 'events', 'history', 'inspect', 'show', 'top'),
  get: 'kaito status; for the objects themselves: kubectl get',
  ps: 'kaito status',
  ...all(ENDPOINT, 'get-endpoint', 'endpoints', 'url'),
  ...all(FORWARD, 'expose', 'forward', 'port-forward', 'portforward', 'proxy', 'tunnel'),
  rollout: 'kaito status NAME, or kaito wait NAME',
  explain: 'kaito plan MODEL --explain; the fields of a file: kaito init MODEL',
  ...all('kaito render MODEL, or kaito render -f FILE', 'manifest', 'template'),
  ...all('kaito lint -f FILE', 'check', 'validate', 'verify'),
  ...all('Change the file and deploy it again: kaito deploy -f FILE', 'edit', 'patch', 'set'),
  ...all('kaito chat NAME', 'ask', 'infer', 'prompt', 'query'),
  ...all('kubectl exec, with a pod that kaito status NAME names', 'attach', 'exec', 'ssh'),
  log: 'kaito logs NAME',
  new: 'kaito init MODEL',
  ...all(SIGN_IN, 'auth', 'login', 'logout'),
  ...all(TUNING, 'finetune', 'train', 'tune'),
  rag: RAG,
  version: 'kaito --version',
})

/** Flags of deploy, status and chat there. */
export const FLAGS = byWord({
  '--adapters': 'Adapters are named in a file: inference.adapters',
  '--all': 'All of a namespace: kaito status -o name | xargs kaito delete',
  '--bypass-resource-checks':
    'A model that does not fit is not deployed; --max-model-len and --instance-type change what fits',
  '--count': 'Kaito works out the nodes; copies of the server: --replicas N',
  '--enable-load-balancer':
    'Kaito makes no load balancer. From this machine: kaito endpoint NAME --forward; from elsewhere: a Service or Ingress of your own before the pods',
  '--external': 'From this machine: kaito endpoint NAME --forward',
  '--force': 'What is to be taken over is said: --force-conflicts for fields of another manager, --yes for a question',
  '--format': '-o json, or -o name for the URL alone',
  '--image-tag': '--image REFERENCE',
  '--inference-config':
    'Flags of the engine: --engine-arg max-model-len=8192; a whole file of them: a ConfigMap with key inference_config.yaml beside the Workspace, named by inference.config',
  '--message': '-p, --prompt',
  '--node-selector': 'Labels of nodes are named in a file: resource.labelSelector.matchLabels',
  '--preferred-nodes': 'Labels of nodes are named in a file: resource.labelSelector.matchLabels',
  '--region': 'The node pool is made where the cluster is',
  '--selector': 'kaito status -l SELECTOR -o name | xargs kaito delete',
  '--show-conditions': 'kaito status NAME shows them',
  '--show-worker-nodes': 'kaito status NAME shows them',
  '--system-prompt': '--system TEXT',
  '--top-p': '--temperature T; top_p goes with requests of your own to kaito endpoint NAME',
  '--wait': 'Deploy waits by itself, and asks the endpoint',
  '--workspace': 'The name stands behind the verb: kaito status NAME',
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
