/** A unified line diff with three lines of context: enough for manifests of a few hundred lines. */

type Op = { kind: ' ' | '-' | '+'; line: string }

/** Empty when the texts are equal. */
export function diffLines(before: string, after: string, label: string): string {
  if (before === after) return ''
  const ops = compare(split(before), split(after))
  const hunks = hunksOf(ops)
  return [`--- live ${label}`, `+++ wanted ${label}`, ...hunks].join('\n')
}

function split(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n')
}

/** Longest common subsequence, the textbook way. */
function compare(a: readonly string[], b: readonly string[]): Op[] {
  const width = b.length + 1
  const best = new Uint32Array((a.length + 1) * width)
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      best[i * width + j] =
        a[i] === b[j]
          ? at(best, (i + 1) * width + j + 1) + 1
          : Math.max(at(best, (i + 1) * width + j), at(best, i * width + j + 1))
    }
  }
  const ops: Op[] = []
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    const [left, right] = [a[i], b[j]]
    if (left !== undefined && left === right) {
      ops.push({ kind: ' ', line: left })
      i += 1
      j += 1
    } else if (
      left !== undefined &&
      (right === undefined || at(best, (i + 1) * width + j) >= at(best, i * width + j + 1))
    ) {
      ops.push({ kind: '-', line: left })
      i += 1
    } else if (right !== undefined) {
      ops.push({ kind: '+', line: right })
      j += 1
    }
  }
  return ops
}

function at(table: Uint32Array, index: number): number {
  return table[index] ?? 0
}

const CONTEXT = 3

function hunksOf(ops: readonly Op[]): string[] {
  const near = ops.map((_, index) =>
    ops.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).some((op) => op.kind !== ' '),
  )
  const lines: string[] = []
  let [oldLine, newLine] = [1, 1]
  ops.forEach((op, index) => {
    if (near[index] === true) {
      if (near[index - 1] !== true) lines.push(`@@ -${oldLine} +${newLine} @@`)
      lines.push(`${op.kind}${op.line}`)
    }
    if (op.kind !== '+') oldLine += 1
    if (op.kind !== '-') newLine += 1
  })
  return lines
}
