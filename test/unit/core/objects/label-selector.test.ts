import { describe, expect, it } from 'vitest'
import { parseLabelSelector } from '#core/objects/label-selector.ts'

const LABELS = { team: 'search', env: 'prod', 'app.kubernetes.io/name': 'kaito', empty: '' }

describe('a label selector', () => {
  it.each([
    ['team=search', true],
    ['team==search', true],
    ['team = search', true],
    ['team=ads', false],
    ['team!=ads', true],
    ['nobody!=x', true],
    ['team!=search', false],
    ['team', true],
    ['nobody', false],
    ['!nobody', true],
    ['!team', false],
    ['empty=', true],
    ['team=', false],
    ['env in (prod, staging)', true],
    ['env in (dev)', false],
    ['env notin (dev)', true],
    ['nobody notin (dev)', true],
    ['nobody in (dev)', false],
    ['team=search,env in (dev,prod),!nobody', true],
    ['team=search,env in (dev,test)', false],
    ['app.kubernetes.io/name=kaito', true],
    ['constructor', false],
  ])('%s: %s', (text, holds) => {
    expect(parseLabelSelector(text)?.(LABELS)).toBe(holds)
  })

  it.each(['', 'a=b=c', 'a b', 'a in', 'a in (b', 'a=b,', '=b', 'a>b!', 'a=(b)', '!'])('"%s" is none', (text) => {
    expect(parseLabelSelector(text)).toBeUndefined()
  })
})
