/** What the process could not do, into its log. */

/** Once each: what fails in a loop fails many times. */
export function createLog(): (error: unknown) => void {
  const told = new Set<string>()
  return (error) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    if (told.has(text)) return
    told.add(text)
    process.stderr.write(`${new Date().toISOString()} ${text}\n`)
  }
}
