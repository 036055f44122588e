/** One HTTP question each, and an answer that nobody has to trust on its word. Paths that engines have in common are OpenAI's. */
import type { ProbeResult, Route } from './endpoint.ts'

const TIMEOUT_MS = 10_000
/** The first completion may still compile something. */
const COMPLETION_TIMEOUT_MS = 60_000

/** 200 while the engine lives, 503 after its death, and refused while it loads. */
export async function probeHealth(route: Route, path: string): Promise<ProbeResult> {
  return probe(route, { method: 'GET', path, timeoutMs: TIMEOUT_MS }, () => ({
    outcome: 'ok',
    detail: `${path} 200`,
  }))
}

/** The list of models has the served name. */
export async function probeModels(route: Route, path: string, servedName: string): Promise<ProbeResult> {
  return probe(route, { method: 'GET', path, timeoutMs: TIMEOUT_MS }, (body) => {
    const data = (json(body) as { data?: unknown } | undefined)?.data
    if (!Array.isArray(data))
      return { outcome: 'wrong', kind: 'shape', detail: `${path} is no model list: ${excerpt(body)}` }
    const models = data.map((model) => (model ?? {}) as { id?: unknown; max_model_len?: unknown })
    const ids = models.map(({ id }) => String(id))
    if (ids.includes(servedName)) {
      const { max_model_len: context } = models[ids.indexOf(servedName)] ?? {}
      return {
        outcome: 'ok',
        detail: `${path} lists ${servedName}`,
        ...(typeof context === 'number' ? { context } : {}),
      }
    }
    return {
      outcome: 'wrong',
      kind: 'model',
      detail: `${path} lists ${ids.join(', ') || 'nothing'}, not ${servedName}`,
    }
  })
}

/** A completion of one token comes back; to a name that it does not serve, 404. */
export async function probeCompletion(route: Route, servedName: string): Promise<ProbeResult> {
  const body = JSON.stringify({ model: servedName, prompt: 'Hello', max_tokens: 1, temperature: 0 })
  const request = { method: 'POST', path: '/v1/completions', body, timeoutMs: COMPLETION_TIMEOUT_MS } as const
  return probe(route, request, (text) => {
    const answer = json(text) as { choices?: { text?: unknown }[]; model?: unknown } | undefined
    if (typeof answer?.choices?.[0]?.text !== 'string') {
      return { outcome: 'wrong', kind: 'shape', detail: `/v1/completions gave no completion: ${excerpt(text)}` }
    }
    return { outcome: 'ok', detail: 'a one-token completion came back' }
  })
}

interface Question {
  method: 'GET' | 'POST'
  path: string
  body?: string
  timeoutMs: number
}

async function probe(route: Route, question: Question, judge: (body: string) => ProbeResult): Promise<ProbeResult> {
  const answer = await route.send(question).catch((error: unknown) => {
    if (isPortable(error)) throw error
    return { status: 0, body: error instanceof Error ? error.message : String(error) }
  })
  const { status, body } = answer
  const what = `${question.method} ${question.path}`
  if (status === 200) return judge(body)
  if (status === 0) return { outcome: 'not-yet', detail: `${what}: ${excerpt(body)}` }
  const detail = `${what} answered ${status}: ${excerpt(body)}`
  if (status === 502 || status === 503 || status === 504) return { outcome: 'not-yet', detail }
  if (status === 404 && question.method === 'POST') return { outcome: 'wrong', kind: 'model', status, detail }
  return { outcome: 'wrong', kind: 'status', status, detail }
}

/** Errors with a code of ours (no right, interrupted) are not answers. */
function isPortable(error: unknown): boolean {
  return error instanceof Error && error.name === 'KaitoError'
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function excerpt(text: string): string {
  const flat = text.replace(/\s+/g, ' ').trim()
  return flat.length > 300 ? `${flat.slice(0, 300)}…` : flat
}
