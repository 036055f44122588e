import { homedir } from 'node:os'

/** Where the user's own files are. Containers may run as a user whom the system does not know, and who has no home. */
export function homeOf(env: Readonly<Record<string, string | undefined>>): string {
  if (env['HOME']) return env['HOME']
  try {
    return homedir()
  } catch {
    return '/'
  }
}
