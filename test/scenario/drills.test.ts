/** Every drill, from the same command to the same end on both beds; and what is left can be taken away. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ERRORS } from '#core/error-table.ts'
import { DRILLS } from '#sandbox/drills.ts'
import { cloudPools, deleteNamespace, direct, inventory } from '../cluster/suite/bed.ts'
import { kaito } from '../cluster/suite/kaito.ts'
import { rehearse } from './rehearsal.ts'

let pools: string[] = []
beforeAll(async () => {
  pools = await cloudPools()
})
afterAll(async () => {
  expect(await cloudPools()).toEqual(pools)
})

describe.each(DRILLS)('$name', (drill) => {
  it(`ends with ${drill.code ?? 'success'}, and delete leaves nothing`, async () => {
    const { namespace, args, env, onStart, end } = await rehearse(drill)
    const run = (...words: string[]) => [...words, '-n', namespace, '-o', 'json', '--progress', 'plain']
    const options = { env, ...(onStart === undefined ? {} : { onStart }) }
    const done = await kaito(run('deploy', 'mistral-7b', '--yes', ...args), options)
    if (drill.code === undefined) expect(done.code, done.stderr).toBe(0)
    else {
      expect(done.code, done.stderr).toBe(ERRORS[drill.code].exit)
      const line = done.stderr.split('\n').findLast((text) => text.startsWith('{')) ?? ''
      const error = JSON.parse(line) as { code: string; hint: string; message: string }
      expect(error.code).toBe(drill.code)
      expect(error.hint, 'what to do next').not.toBe('')
    }
    if (drill.atDelete !== undefined) {
      const kept = await kaito(run('delete', 'mistral-7b', '--yes'), { env: direct })
      expect(kept.code, kept.stderr).toBe(ERRORS[drill.atDelete].exit)
      expect(kept.stderr).toContain(`"code":"${drill.atDelete}"`)
    }
    await end()
    const gone = await kaito(run('delete', 'mistral-7b', '--yes', '--ignore-not-found'), { env: direct })
    expect(gone.code, gone.stderr).toBe(0)
    expect(await cloudPools()).toEqual(pools)
    expect(Object.keys(await inventory(namespace)).filter((name) => name.includes('mistral'))).toEqual([])
    await deleteNamespace(namespace)
  })
})
