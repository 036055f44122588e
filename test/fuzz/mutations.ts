/** Ways in which a file goes wrong between its author and kaito, one kind each. */
import fc from 'fast-check'

const ODD_VALUES = [
  'null',
  '~',
  '[]',
  '{}',
  '{a: {b: [1, {c: 2}]}}',
  '*gone',
  '&a [*a]',
  '!!binary x',
  '!odd x',
  '|',
  '>-',
  '"',
  "'",
  '%x',
  '@x',
  '`x',
  'yes',
  '0x1f',
  '1e999',
  '-0',
  '.nan',
  '2026-11-26',
  '9007199254740993',
  '""',
  '" "',
  '-',
  '?',
  ': :',
  '# x',
  '\t',
  `\${x}`,
  '{{ x }}',
  '<your-name>',
  'ключ',
  '\u{1F600}',
  '__proto__',
  'constructor',
  'a'.repeat(300),
  '- - - x',
  '[[[[[',
  '}}}}}',
]
const ODD_KEYS = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '""',
  '? [a]',
  '<<',
  'null',
  '1',
  'Kind',
  'metaData',
  'spec',
  'items',
  '{a: b}',
]
const FLAGS = [
  'max-model-len',
  'max_model_len',
  'tensor-parallel-size',
  'tp',
  'gpu-memory-utilization',
  'dtype',
  'kv-cache-dtype',
  'served-model-name',
  'chat-template',
  'port',
  'api-key',
  'swap-space',
  'task',
  'rope-scaling',
  'max-num-seqs',
  'enable-lora',
  'quantization',
  'max-lora-rank',
  'compilation-config.mode',
  'no-enable-prefix-caching',
  '--port',
  '__proto__',
  'constructor',
  '',
  ' ',
  'disable-log-requests',
  'hf-overrides',
]
const FLAG_VALUES = [
  '0',
  '-1',
  '1',
  '3',
  '8k',
  '1e9',
  '99999999999999999999',
  'auto',
  'true',
  'false',
  'null',
  '[]',
  '{}',
  '""',
  '"a b"',
  'x',
  '.5',
  '2',
  '.inf',
  '\'{"a": 1}\'',
]

/** From a seed file and a few random numbers to another text. */
export type Mutation = (text: string, random: readonly number[]) => string

export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  'a letter changed': (text, [at = 0, by = 0]) =>
    spliced(text, at % (text.length + 1), 1, String.fromCharCode(32 + (by % 95))),
  'a line left out': (text, [at = 0]) => onLines(text, (lines) => lines.toSpliced(at % lines.length, 1)),
  'a line twice': (text, [at = 0]) =>
    onLines(text, (lines) => lines.toSpliced(at % lines.length, 0, lines[at % lines.length] ?? '')),
  'a line moved': (text, [at = 0, to = 0]) =>
    onLines(text, (lines) => {
      const [line = ''] = lines.slice(at % lines.length)
      return lines.toSpliced(at % lines.length, 1).toSpliced(to % lines.length, 0, line)
    }),
  'a line indented otherwise': (text, [at = 0, by = 0]) =>
    onLine(text, at, (line) => `${' '.repeat(by % 9)}${by % 11 === 0 ? '\t' : ''}${line.trimStart()}`),
  'another value': (text, [at = 0, by = 0]) =>
    onLine(text, at, (line) => line.replace(/:.*$/, `: ${ODD_VALUES[by % ODD_VALUES.length]}`)),
  'another key': (text, [at = 0, by = 0]) =>
    onLine(text, at, (line) => line.replace(/[\w./-]+(?=:)/, ODD_KEYS[by % ODD_KEYS.length] ?? 'x')),
  'cut off': (text, [at = 0]) => text.slice(0, at % (text.length + 1)),
  'other engine flags': (text, numbers) => {
    const flags = numbers.map((by, index) => `      ${pick(FLAGS, by)}: ${pick(FLAG_VALUES, by + index)}`)
    const config = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: fuzzed }\ndata:\n  inference_config.yaml: |\n    vllm:\n${flags.join('\n')}\n`
    return `${text.replace(/^( *)inference:\n/m, '$1inference:\n$1  config: fuzzed\n')}\n---\n${config}`
  },
  'bytes in the middle': (text, [at = 0, ...bytes]) =>
    spliced(text, at % (text.length + 1), 0, String.fromCodePoint(...bytes.map((byte) => byte % 0x2fff))),
}

export const RANDOM = fc.array(fc.nat(100_000), { minLength: 4, maxLength: 6 })

function pick(from: readonly string[], by: number): string {
  return from[by % from.length] ?? ''
}

function spliced(text: string, at: number, length: number, put: string): string {
  return text.slice(0, at) + put + text.slice(at + length)
}

function onLines(text: string, change: (lines: string[]) => string[]): string {
  return change(text.split('\n')).join('\n')
}

function onLine(text: string, at: number, change: (line: string) => string): string {
  return onLines(text, (lines) => lines.toSpliced(at % lines.length, 1, change(lines[at % lines.length] ?? '')))
}
