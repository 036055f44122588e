/** What everybody on this machine can see of a process. */
import { type ChildProcess, execFile } from 'node:child_process'
import { promisify } from 'node:util'

interface Sample {
  pid: string
  parent: string
  args: string
}

/** Arguments of the process and its children, looked at again and again until it ends. */
export async function watchProcesses(child: ChildProcess): Promise<string[]> {
  const seen: string[] = []
  while (child.exitCode === null && child.signalCode === null) {
    const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,args='])
    const all = stdout.split('\n').flatMap((line): Sample[] => {
      const [, pid = '', parent = '', args = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? []
      return pid === '' ? [] : [{ pid, parent, args }]
    })
    const family = new Set([String(child.pid)])
    // A child's number may be lower than its parent's: twice is enough for grandchildren.
    for (const { pid, parent } of [...all, ...all]) if (family.has(parent)) family.add(pid)
    seen.push(...all.filter(({ pid }) => family.has(pid)).map(({ args }) => args))
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return seen
}
