/** Where a log goes on after a break: by the times that the node wrote, so that no clock of ours counts. */

/** Which lines to begin with; empty: all there are. */
export interface LogBegin {
  tailLines?: number
  sinceSeconds?: number
}

export interface LogResume {
  /** Before each connection: what to ask for. */
  reopen(): LogBegin & { sinceTime?: string }
  /** A line, without its time unless that is wanted; undefined when it was taken before the break. */
  take(line: string): string | undefined
}

export function createLogResume(begin: LogBegin = {}, isStamped = false): LogResume {
  // The API takes whole seconds: those of the last one come again.
  let second: string | undefined
  let taken: string[] = []
  let expected: string[] = []
  return {
    reopen() {
      expected = [...taken]
      return second === undefined ? begin : { sinceTime: second }
    },
    take(line) {
      const [, date, zone, text] = /^(\d{4}-\d\d-\d\dT[\d:]{8})(?:\.\d+)?(Z|[+-]\d\d:\d\d) ([\s\S]*)$/.exec(line) ?? []
      if (date === undefined || text === undefined) return line
      const known = expected.indexOf(line)
      if (known !== -1) {
        expected.splice(known, 1)
        return undefined
      }
      const at = `${date}${zone}`
      if (second === undefined || Date.parse(at) > Date.parse(second)) {
        second = at
        taken = []
      }
      if (at === second) taken.push(line)
      return isStamped ? line : text
    },
  }
}
