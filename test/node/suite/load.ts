/** Streaming completions through the API server, and whether each came to its end. */
import { request } from 'node:https'
import { upstream } from '../../cluster/suite/bed.ts'

export interface Answer {
  /** By `performance.now()`, milliseconds. */
  startedAt: number
  endedAt: number
  /** The stream ended with [DONE], as vLLM ends what it has finished. */
  isWhole: boolean
  /** What came instead. */
  why?: string
}

/** @param subject below the namespace: `services/tiny:80`, `pods/x:8000`. */
export function stream(subject: string, namespace: string, model: string, maxTokens: number): Promise<Answer> {
  const { url, ca, token } = upstream()
  const startedAt = performance.now()
  const path = `/api/v1/namespaces/${namespace}/${subject}/proxy/v1/completions`
  const body = JSON.stringify({ model, prompt: 'the quick', max_tokens: maxTokens, stream: true, ignore_eos: true })
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  return new Promise((resolve) => {
    let text = ''
    const end = (why: string): void => {
      const times = { startedAt, endedAt: performance.now() }
      resolve(text.includes('data: [DONE]') ? { ...times, isWhole: true } : { ...times, isWhole: false, why })
    }
    const req = request(new URL(path, url), { method: 'POST', ca, headers, agent: false }, (res) => {
      res.setEncoding('utf8').on('data', (chunk: string) => {
        text = (text + chunk).slice(-2_000)
      })
      res.on('end', () => end(`${res.statusCode}: ${text.slice(-200)}`)).on('error', (error) => end(error.message))
    })
    req.on('error', (error) => end(error.message))
    req.end(body)
  })
}

export interface Load {
  answers: Answer[]
  /** Resolves once so many have ended. */
  answered(count: number): Promise<void>
  stop(): Promise<void>
}

/** Keeps `width` streams going through the Service until it is stopped. */
export function startLoad(namespace: string, workspace: string, width: number, pauseMs = 200): Load {
  const answers: Answer[] = []
  let isOver = false
  const lanes = Array.from({ length: width }, async () => {
    while (!isOver) {
      answers.push(await stream(`services/${workspace}:80`, namespace, workspace, 24))
      // Two cores are shared with the node's own programs, which must get a turn.
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
  })
  return {
    answers,
    async answered(count) {
      const end = performance.now() + 120_000
      while (answers.length < count) {
        if (performance.now() > end) throw new Error(`only ${answers.length} of ${count} answers in two minutes`)
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    },
    async stop() {
      isOver = true
      await Promise.all(lanes)
    },
  }
}
