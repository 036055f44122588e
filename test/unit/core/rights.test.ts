import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { DEPLOY_RIGHTS, VERIFY_RIGHTS } from '#core/rights.ts'

interface Role {
  rules: { apiGroups: string[]; resources: string[]; verbs: string[] }[]
}

describe('rights', () => {
  it('that are asked for before a deploy stand in the documented Role', () => {
    const text = readFileSync(new URL('../../../docs/rbac/kaito-user.yaml', import.meta.url), 'utf8')
    const documented = parseAllDocuments(text).flatMap((doc) =>
      (doc.toJS() as Role).rules.flatMap(({ apiGroups, resources, verbs }) =>
        resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource} ${apiGroups.join()}`)),
      ),
    )
    const asked = [...DEPLOY_RIGHTS, ...VERIFY_RIGHTS].map(
      ({ verb, resource, group }) => `${verb} ${resource} ${group}`,
    )
    expect(asked.filter((right) => !documented.includes(right))).toEqual([])
  })
})
