/** The build refuses a template that nobody could fill in, with its line. */
import { expect, it } from 'vitest'
import { checkTemplate } from '../../scripts/build/compile-templates.ts'

it.each([
  ['kind: Service\nmetadata:\n  name: { $eval: nmae }', 'templates/x.yaml:3: nobody fills in "nmae"'],
  ['kind: Service\nspec:\n  $if: replicas > 1', 'templates/x.yaml:3: a hole is { $eval: NAME } and nothing else'],
  ['kind: Service\nspec: { $eval: name, port: 80 }', 'templates/x.yaml:2: a hole is'],
  ['kind: Service\nkind: Pod', 'templates/x.yaml:2: Map keys must be unique'],
  ['- kind: Service', 'templates/x.yaml:1: a template is a map'],
])('%j', (text, told) => expect(() => checkTemplate('x.yaml', text)).toThrow(told))
