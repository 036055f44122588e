/** Flags of vLLM that are not left to the user, or that the estimate does not follow. */

/** What kaito sets itself, because other objects depend on it, and what to do instead. */
export const SETTLED: Readonly<Record<string, string>> = {
  model: 'name the model as preset or argument',
  host: 'the pod listens on all of its addresses',
  port: 'the Service leads to the port that kaito sets',
  uds: 'the Service leads to a port, not to a socket',
  'api-key': 'arguments can be read in the pod and in process lists: set VLLM_API_KEY from a Secret',
  'hf-token': 'arguments can be read in the pod and in process lists: name a Secret with it as modelAccessSecret',
  'ssl-keyfile': 'probes and the Service speak plain HTTP inside the cluster: end TLS in front of it',
  'ssl-certfile': 'probes and the Service speak plain HTTP inside the cluster: end TLS in front of it',
}

/** These change the memory that is needed. */
export const NOT_IN_ESTIMATE: readonly string[] = [
  'quantization',
  'kv-cache-memory-bytes',
  'num-gpu-blocks-override',
  'cpu-offload-gb',
  'speculative-config',
  'hf-overrides',
  'block-size',
  'compilation-config',
]
