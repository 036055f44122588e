/** Label selectors as kubectl's -l takes them: `a=b,c!=d,e in (x,y),f notin (z),g,!h`. Rules: k8s.io/apimachinery/pkg/labels/selector.go. */

type Labels = Readonly<Record<string, string>>
export type LabelSelector = (labels: Labels) => boolean

const KEY = String.raw`(?:[\w.-]+\/)?[\w.-]+`
const VALUE = String.raw`[\w.-]*`
const EXISTS = new RegExp(`^(!?)\\s*(${KEY})$`)
const EQUALS = new RegExp(`^(${KEY})\\s*(==?|!=)\\s*(${VALUE})$`)
const AMONG = new RegExp(`^(${KEY})\\s+(in|notin)\\s*\\(([^()]*)\\)$`)

/** Undefined: it is none. */
export function parseLabelSelector(text: string): LabelSelector | undefined {
  const parts = splitOutside(text).map((part) => parseRequirement(part.trim()))
  const requirements = parts.flatMap((part) => part ?? [])
  return requirements.length < parts.length ? undefined : (labels) => requirements.every((holds) => holds(labels))
}

/** By commas, but not by those of a list in brackets. */
function splitOutside(text: string): string[] {
  return text.split(/,(?![^(]*\))/)
}

function parseRequirement(text: string): LabelSelector | undefined {
  return parseExists(text) ?? parseEquals(text) ?? parseAmong(text)
}

function parseExists(text: string): LabelSelector | undefined {
  const [, not, key] = EXISTS.exec(text) ?? []
  return key === undefined ? undefined : (labels) => Object.hasOwn(labels, key) === (not === '')
}

function parseEquals(text: string): LabelSelector | undefined {
  const [, key, operator, value] = EQUALS.exec(text) ?? []
  return key === undefined ? undefined : (labels) => (labels[key] === value) === (operator !== '!=')
}

/** As in Kubernetes, `notin` and `!=` hold where there is no such label. */
function parseAmong(text: string): LabelSelector | undefined {
  const [, key, operator, list = ''] = AMONG.exec(text) ?? []
  const values = list.split(',').map((value) => value.trim())
  return key === undefined ? undefined : (labels) => values.includes(labels[key] ?? NONE) === (operator === 'in')
}

/** No label has it for a value. */
const NONE = '\0'
