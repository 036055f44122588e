/** How vLLM begins a line of its log: process, level, time, source. */

/** One GPU: the engine core runs the model itself. More: a worker for each. */
export type LogProcess = 'APIServer' | 'EngineCore' | 'Worker_TP0'

const PIDS: Record<LogProcess, number> = { APIServer: 1, EngineCore: 114, Worker_TP0: 187 }

/** `(EngineCore pid=114) INFO 11-24 03:52:20 [core.py:402] …` */
export function lineOf(from: LogProcess, level: 'INFO' | 'ERROR', at: Date, source: string, text: string): string {
  const [date = '', time = ''] = at.toISOString().split('T')
  return `${rawLine(from, `${level} ${date.slice(5)} ${time.slice(0, 8)} [${source}]`)} ${text}`
}

/** A line that is no log entry, such as the trace of an error that nobody caught. */
export function rawLine(from: LogProcess, text: string): string {
  return `(${from} pid=${PIDS[from]}) ${text}`
}
