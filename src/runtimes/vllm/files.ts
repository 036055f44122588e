/** Files that vLLM opens at its start, and flags that others take the effect from. Source: vllm 0.32.0. */
import type { EngineArgs, EngineFile, FlagProblem } from '#core/plan/engine.ts'

const FILE_FLAGS = [
  'chat-template',
  'tool-parser-plugin',
  'reasoning-parser-plugin',
  'log-config-file',
  'mm-encoder-fp8-scale-path',
  'config',
]
/** The working folder of vllm/vllm-openai, with the examples. */
const IN_IMAGE = /^\/vllm-workspace\//

/** Paths from the root: others may be names of what vLLM brings, and a template may be written out. */
export function filesIn(args: EngineArgs): EngineFile[] {
  return FILE_FLAGS.flatMap((flag) => {
    const path = args[flag]
    const isFile = typeof path === 'string' && path.startsWith('/') && !/[{}\n]/.test(path) && !IN_IMAGE.test(path)
    return isFile ? [{ flag, path }] : []
  })
}

/** `vllm/tokenizers/mistral.py` hands no template on. */
export function withoutEffect(args: EngineArgs): FlagProblem[] {
  if (args['chat-template'] === undefined || args['tokenizer-mode'] !== 'mistral') return []
  const says = '--chat-template has no effect with --tokenizer-mode=mistral, which brings a template of its own'
  return [{ flag: 'chat-template', says, hint: 'Set --tokenizer-mode=hf as well.' }]
}
