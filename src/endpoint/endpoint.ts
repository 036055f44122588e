/** The port that asks an OpenAI-compatible server questions, whatever the way to it. */

/** One way to reach the server: a port-forward, the Service proxy, or plain HTTP. */
export interface Route {
  /** `port-forward to Pod/x` or `Service/x through the API server`. */
  label: string
  send(request: {
    method: 'GET' | 'POST'
    path: string
    body?: string
    timeoutMs: number
  }): Promise<{ status: number; body: string }>
}

/** The answer to one question. */
export type ProbeResult =
  | {
      outcome: 'ok'
      detail: string
      /** Tokens that the asked model takes, where the server tells it. */
      context?: number
    }
  /** Connection refused, reset, or 503 while starting: asking again later makes sense. */
  | { outcome: 'not-yet'; detail: string }
  /** An answer that waiting does not change: a 500, a model list without our name. */
  | { outcome: 'wrong'; detail: string; kind: 'status' | 'model' | 'shape'; status?: number }
