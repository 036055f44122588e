/** The Hub's token: from a file or the environment, never from the command line, where every process can read it. */
import { readFileSync } from 'node:fs'
import { KaitoError } from '#core/errors.ts'
import type { WorkspaceOptions } from '../flags/workspace-options.ts'
import type { Io } from '../terminal/io.ts'

/** Trimmed: a line break at its end breaks the header that carries it. */
export async function readHubToken({ hfTokenFile, hfTokenEnv }: WorkspaceOptions, io: Io): Promise<string | undefined> {
  // Both: the file is KAITO_HF_TOKEN_FILE's, and what was typed wins.
  if (hfTokenFile !== undefined && hfTokenEnv === undefined)
    return checked(readFileText(hfTokenFile), `--hf-token-file ${hfTokenFile}`, io)
  if (hfTokenEnv === undefined) return undefined
  const value = io.env[hfTokenEnv]
  if (value === undefined) throw unusable(`--hf-token-env ${hfTokenEnv}`, 'the variable is not set')
  return checked(value, `--hf-token-env ${hfTokenEnv}`, io)
}

function readFileText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw unusable(
      `--hf-token-file ${path}`,
      `it cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`,
    )
  }
}

function checked(text: string, source: string, { redact }: Io): string {
  const token = text.trim()
  redact.learn(token)
  if (token === '') throw unusable(source, 'it is empty')
  if (!/^[\x21-\x7e]+$/.test(token))
    throw unusable(source, 'it holds more than a token: blanks, line breaks or other characters')
  return token
}

function unusable(source: string, why: string): KaitoError {
  return new KaitoError({
    code: 'USAGE',
    phase: 'spec',
    message: `${source}: ${why}.`,
    hint: 'Use a file that holds only the token, for example ~/.cache/huggingface/token, or --hf-token-env HF_TOKEN.',
  })
}
