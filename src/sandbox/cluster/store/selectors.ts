/** Label and field selectors, in the forms that lists and watches take. */
import type { KubeObject } from '#core/objects/kube-object.ts'

export type Match = (object: KubeObject) => boolean

/** `a=b,c!=d,e,!f,g in (h,i),j notin (k)`. Source: k8s.io/apimachinery labels.Parse. */
export function labelMatch(selector: string): Match {
  const parts = selector.split(/,(?![^(]*\))/).filter((part) => part.trim() !== '')
  const tests = parts.map(labelTest)
  return ({ metadata }) => tests.every((test) => test(metadata.labels ?? {}))
}

type LabelTest = (labels: Readonly<Record<string, string>>) => boolean

function labelTest(part: string): LabelTest {
  const text = part.trim()
  const [, setKey = '', not, list = ''] = /^(\S+)\s+(not)?in\s*\(([^)]*)\)$/.exec(text) ?? []
  if (setKey !== '') {
    const values = list.split(',').map((value) => value.trim())
    const isIn = (value: string | undefined): boolean => value !== undefined && values.includes(value)
    return (labels) => isIn(labels[setKey]) === (not === undefined)
  }
  const [, key = '', operator, value = ''] = /^([^!=\s]+)\s*(==|=|!=)\s*(.*)$/.exec(text) ?? []
  if (operator === '!=') return (labels) => labels[key] !== value
  if (operator !== undefined) return (labels) => labels[key] === value
  return text.startsWith('!') ? (labels) => !(text.slice(1) in labels) : (labels) => text in labels
}

/** `involvedObject.name=x,metadata.namespace!=y`. */
export function fieldMatch(selector: string): Match {
  const tests = selector.split(',').map((part) => {
    const [, path = '', operator = '=', value = ''] = /^([^!=]+)(==|=|!=)(.*)$/.exec(part.trim()) ?? []
    return (object: KubeObject) => (String(at(object, path) ?? '') === value) === (operator !== '!=')
  })
  return (object) => tests.every((test) => test(object))
}

function at(object: KubeObject, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], object)
}
