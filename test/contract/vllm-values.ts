/** Values of flags that vLLM 0.32 refuses, with the words by which it does; the sandbox's engine says the same. */

export interface RefusedValue {
  args: readonly string[]
  /** Of the parser 2, of what comes after it 1. */
  exit: 1 | 2
  /** Of its last words, without quotes. */
  words: string
}

/** The model of the bed: 2048 tokens, 4 heads. */
export const REFUSED: readonly RefusedValue[] = [
  {
    args: ['--gpu-memory-utilization=1.5'],
    exit: 1,
    words: 'CacheConfig gpu_memory_utilization Input should be less than or equal to 1',
  },
  {
    args: ['--gpu-memory-utilization=0'],
    exit: 1,
    words: 'Input should be greater than 0 [type=greater_than, input_value=0.0, input_type=float]',
  },
  { args: ['--gpu-memory-utilization=lots'], exit: 2, words: 'invalid float value: lots' },
  { args: ['--max-model-len=0'], exit: 1, words: 'max_model_len must be a positive integer, got int: 0' },
  {
    args: ['--max-model-len=-2'],
    exit: 1,
    words: 'ModelConfig max_model_len Input should be greater than or equal to -1',
  },
  {
    args: ['--max-model-len=4096'],
    exit: 1,
    words:
      'User-specified max_model_len (4096) is greater than the derived max_model_len (max_position_embeddings=2048',
  },
  {
    args: ['--max-model-len=long'],
    exit: 2,
    words: 'argument --max-model-len: invalid human_readable_int_or_auto value: long',
  },
  {
    args: ['--dtype=foo'],
    exit: 2,
    words: 'argument --dtype: invalid choice: foo (choose from auto, bfloat16, float, float16, float32, half)',
  },
  {
    args: ['--tensor-parallel-size=0'],
    exit: 1,
    words: 'ParallelConfig tensor_parallel_size Input should be greater than or equal to 1',
  },
  {
    args: ['--tensor-parallel-size=3'],
    exit: 1,
    words: 'Total number of attention heads (4) must be divisible by tensor parallel size (3).',
  },
  { args: ['--tensor-parallel-size=two'], exit: 2, words: 'invalid int value: two' },
  {
    args: ['--pipeline-parallel-size=0'],
    exit: 1,
    words: 'pipeline_parallel_size Input should be greater than or equal to 1',
  },
  { args: ['--max-num-seqs=0'], exit: 1, words: 'max_num_seqs Input should be greater than or equal to 1' },
  { args: ['--max-num-seqs=many'], exit: 2, words: 'argument --max-num-seqs: invalid int value: many' },
  {
    args: ['--max-num-batched-tokens=16', '--max-num-seqs=64'],
    exit: 1,
    words: 'max_num_batched_tokens (16) must be greater than or equal to max_num_seqs (64).',
  },
  {
    args: ['--max-num-batched-tokens=512', '--no-enable-chunked-prefill', '--max-model-len=2048'],
    exit: 1,
    words: 'max_num_batched_tokens (512) is smaller than max_model_len (2048).',
  },
  { args: ['--block-size=0'], exit: 1, words: 'CacheConfig block_size Input should be greater than 0' },
  {
    args: ['--kv-cache-dtype=int3'],
    exit: 2,
    words: 'argument --kv-cache-dtype: invalid choice: int3 (choose from auto, bfloat16, float16, fp8,',
  },
  { args: ['--quantization=nonsense'], exit: 1, words: 'Unknown quantization method: nonsense. Must be one of [' },
  {
    args: ['--enable-auto-tool-choice', '--tool-call-parser=nonsense'],
    exit: 1,
    words: 'invalid tool call parser: nonsense (chose from { apertus,cohere_command3',
  },
  { args: ['--enable-auto-tool-choice'], exit: 1, words: '--enable-auto-tool-choice requires --tool-call-parser' },
  { args: ['--enable-log-outputs'], exit: 1, words: '--enable-log-outputs requires --enable-log-requests' },
  {
    args: ['--reasoning-parser=nonsense'],
    exit: 1,
    words: 'Reasoning parser nonsense not found. Available parsers: cohere_command3, ',
  },
  {
    args: ['--chat-template=/no/such.jinja'],
    exit: 1,
    words: 'The supplied chat template string (/no/such.jinja) appears path-like, but doesnt exist!',
  },
  {
    args: ['--enable-lora', '--max-lora-rank=7'],
    exit: 2,
    words: 'argument --max-lora-rank: invalid choice: 7 (choose from 1, 8, 16,',
  },
  {
    args: ['--enable-lora', '--max-loras=0'],
    exit: 1,
    words: 'LoRAConfig max_loras Input should be greater than or equal to 1',
  },
  {
    args: ['--max-logprobs=-2'],
    exit: 1,
    words: 'ModelConfig max_logprobs Input should be greater than or equal to -1',
  },
  {
    args: ['--cpu-offload-gb=-1'],
    exit: 1,
    words: 'cpu_offload_gb Input should be greater than or equal to 0 [type=greater_than_equal, input_value=-1.0',
  },
  {
    args: ['--shutdown-timeout=-1'],
    exit: 1,
    words: 'VllmConfig shutdown_timeout Input should be greater than or equal to 0',
  },
  {
    args: ['--stream-interval=0'],
    exit: 1,
    words: 'SchedulerConfig stream_interval Input should be greater than or equal to 1',
  },
  { args: ['--seed=x'], exit: 2, words: 'argument --seed: invalid int value: x' },
  { args: ['--no-such-flag=1'], exit: 2, words: 'error: unrecognized arguments: --no-such-flag=1' },
  { args: ['--speculative-config={nope'], exit: 2, words: 'Value {nope cannot be converted to <function loads' },
  {
    args: ['--limit-mm-per-prompt=nope'],
    exit: 2,
    words: 'argument --limit-mm-per-prompt: Value nope cannot be converted to <function loads',
  },
  {
    args: ['--performance-mode=turbo'],
    exit: 2,
    words: 'argument --performance-mode: invalid choice: turbo (choose from balanced, interactivity, throughput)',
  },
  {
    args: ['--enforce-eager=true'],
    exit: 2,
    words: 'argument --enforce-eager/--no-enforce-eager: ignored explicit argument true',
  },
]

export const TAKEN: readonly (readonly string[])[] = [
  ['--gpu-memory-utilization=0.5', '--max-num-seqs=4'],
  ['--max-model-len=1k'],
  ['--max-model-len=auto'],
  ['--block-size=16'],
  ['--tensor-parallel-size=1', '--dtype=half'],
  ['--enable-auto-tool-choice', '--tool-call-parser=hermes'],
  ['--reasoning-parser=qwen3'],
  // No parser is looked up that nothing uses.
  ['--tool-call-parser=nonsense'],
  ['--limit-mm-per-prompt={"image":1}'],
]

/** Python's versions quote choices, and break lines, in different ways. */
export function plainly(words: string): string {
  return words
    .replaceAll(/["']/g, '')
    .replaceAll(/\s*\n\s*(?:\([^)]*pid=\d+\) )?/g, ' ')
    .replaceAll(/ +/g, ' ')
}
