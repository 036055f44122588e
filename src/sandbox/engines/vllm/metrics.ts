/** What GET /metrics shows: a few of vLLM's own, in Prometheus text. Answers that were passed through count as requests only. */

export interface Counters {
  running: number
  promptTokens: number
  generationTokens: number
  finished: Record<'stop' | 'length' | 'abort', number>
}

export function noCounts(): Counters {
  return { running: 0, promptTokens: 0, generationTokens: 0, finished: { stop: 0, length: 0, abort: 0 } }
}

export function metricsText(counts: Counters, modelName: string, startedAt: Date): string {
  const label = modelName.replaceAll('\\', '\\\\').replaceAll('"', '\\"')
  const lines: string[] = []
  const add = (name: string, type: 'gauge' | 'counter', help: string, values: Record<string, number>): void => {
    lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`)
    for (const [more, value] of Object.entries(values)) {
      const labels = `engine="0",${more === '' ? '' : `${more},`}model_name="${label}"`
      lines.push(`${name}{${labels}} ${number(value)}`)
    }
  }
  add('vllm:num_requests_running', 'gauge', 'Number of requests in model execution batches.', { '': counts.running })
  add('vllm:num_requests_waiting', 'gauge', 'Number of requests waiting to be processed.', { '': 0 })
  add('vllm:kv_cache_usage_perc', 'gauge', 'KV-cache usage. 1 means 100 percent usage.', { '': 0 })
  add('vllm:num_preemptions_total', 'counter', 'Cumulative number of preemption from the engine.', { '': 0 })
  add('vllm:prompt_tokens_total', 'counter', 'Number of prefill tokens processed.', { '': counts.promptTokens })
  add('vllm:generation_tokens_total', 'counter', 'Number of generation tokens processed.', {
    '': counts.generationTokens,
  })
  const finished = Object.entries(counts.finished).map(([reason, count]) => [`finished_reason="${reason}"`, count])
  const help = 'Count of successfully processed requests.'
  add('vllm:request_success_total', 'counter', help, Object.fromEntries(finished) as Record<string, number>)
  lines.push(
    '# HELP process_start_time_seconds Start time of the process since unix epoch in seconds.',
    '# TYPE process_start_time_seconds gauge',
    `process_start_time_seconds ${startedAt.getTime() / 1_000}`,
  )
  return `${lines.join('\n')}\n`
}

/** Prometheus' Python client writes floats. */
function number(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value)
}
