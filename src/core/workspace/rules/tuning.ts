/** Rules of the tuning half. Source: kaito-project/kaito api/v1beta1/workspace_validation.go, v0.12.0. */
import type { Report } from '../issues.ts'
import type { WorkspaceDocument } from '../schema.ts'
import { checkPreset } from './preset.ts'

type Tuning = NonNullable<WorkspaceDocument['tuning']>

export function checkTuning(tuning: Tuning, report: Report): void {
  const { preset, method, input, output } = tuning
  if (preset === undefined)
    report({
      rule: 'missing-field',
      message: 'tuning needs a preset',
      path: ['tuning'],
      allowed: 'preset: { name: … }',
    })
  else checkPreset(preset, ['tuning', 'preset'], report)
  if (method === undefined)
    report({ rule: 'missing-field', message: 'tuning needs a method', path: ['tuning'], allowed: 'lora, qlora' })
  else if (!/^q?lora$/i.test(method)) {
    report({
      rule: 'not-allowed',
      message: 'unknown method',
      path: ['tuning', 'method'],
      value: method,
      allowed: 'lora, qlora',
    })
  }
  checkInput(input, report)
  checkOutput(output, report)
}

function checkInput(input: Tuning['input'], report: Report): void {
  if (input === undefined) {
    report({
      rule: 'missing-field',
      message: 'tuning needs an input',
      path: ['tuning'],
      allowed: 'input with urls, image or volumeSource',
    })
    return
  }
  const given = [input.urls, input.image, input.volumeSource].filter((one) => one !== undefined).length
  if (given !== 1) {
    report({
      rule: 'one-of',
      message: 'give exactly one of urls, image and volumeSource',
      path: ['tuning', 'input'],
      allowed: 'urls, image, or volumeSource',
    })
  }
  for (const [index, url] of (input.urls ?? []).entries()) {
    const why = refusalOf(url)
    if (why !== undefined)
      report({
        rule: 'bad-url',
        message: why,
        path: ['tuning', 'input', 'urls', index],
        value: url,
        allowed: 'a public http or https URL',
      })
  }
  if (input.image !== undefined) checkImage(input.image, ['tuning', 'input', 'image'], report)
}

function checkOutput(output: Tuning['output'], report: Report): void {
  if (output === undefined) {
    report({
      rule: 'missing-field',
      message: 'tuning needs an output',
      path: ['tuning'],
      allowed: 'output with image or volumeSource',
    })
    return
  }
  if ((output.image === undefined) === (output.volumeSource === undefined)) {
    report({
      rule: 'one-of',
      message: 'give exactly one of image and volumeSource',
      path: ['tuning', 'output'],
      allowed: 'image, or volumeSource',
    })
  }
  if (output.image === undefined) return
  checkImage(output.image, ['tuning', 'output', 'image'], report)
  if (output.imagePushSecret === undefined) {
    report({
      rule: 'missing-field',
      message: 'pushing an image needs imagePushSecret',
      path: ['tuning', 'output'],
      allowed: 'the name of a Secret with registry credentials',
    })
  }
}

function checkImage(image: string, path: readonly string[], report: Report): void {
  const repository = image.split('@')[0]?.replace(/:[^/:]+$/, '') ?? ''
  if (repository === '' || repository !== repository.toLowerCase() || /\s/.test(repository)) {
    report({
      rule: 'bad-image',
      message: 'not an image reference',
      path,
      value: image,
      allowed: 'registry/repository:tag in lower case',
    })
  }
}

/** Why a dataset URL is refused; the node, not the user, is going to open it. */
function refusalOf(text: string): string | undefined {
  if (!URL.canParse(text)) return 'not a URL'
  const { protocol, hostname } = new URL(text)
  if (protocol !== 'http:' && protocol !== 'https:') return `the scheme ${protocol.slice(0, -1)} is not read`
  const host = hostname.replace(/^\[|\]$/g, '')
  if (host === 'localhost' || host.endsWith('.localhost')) return 'the host is this machine'
  if (/^metadata\.[a-z]+\.internal$/.test(host) || host === '169.254.169.254')
    return 'the host is a cloud metadata service'
  if (isAddress(hostname) && PRIVATE.test(host)) return 'the address is loopback, private or link-local'
  return undefined
}

/** Of a parsed URL: IPv6 stands in brackets, and every spelling of an IPv4 address has become four numbers. */
function isAddress(hostname: string): boolean {
  return hostname.startsWith('[') || /^\d+(\.\d+){3}$/.test(hostname)
}

const PRIVATE = /^(127\.|10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|0\.|::1$|f[cd][0-9a-f]{2}:|fe80:)/i
