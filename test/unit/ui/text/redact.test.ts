import { describe, expect, it } from 'vitest'
import { createRedactor } from '#ui/text/redact.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')

describe('a redactor', () => {
  it('masks what it was told of from then on, as text and as base64, with or without a line break behind it', () => {
    const redact = createRedactor({})
    const secret = 'correct horse battery'
    expect(redact(secret)).toBe(secret)
    redact.learn(`${secret}\n`)
    const said = redact(`${secret} ${base64(secret)} ${base64(`${secret}\n`)}`)
    expect(said).toMatch(/^\*\*\* \*\*\*\S{0,4} \*\*\*\S{0,4}$/)
  })

  it('masks a key line by line, because a message may quote any of its lines', () => {
    const redact = createRedactor({})
    redact.learn('-----BEGIN PRIVATE KEY-----\nMIIEvAIBADANBgkq\nhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----\n')
    expect(redact('near "hkiG9w0BAQEFAASC" in -----BEGIN PRIVATE KEY-----')).toBe(
      'near "***" in -----BEGIN PRIVATE KEY-----',
    )
  })

  it('leaves words alone: short values are not masked', () => {
    const redact = createRedactor({ HF_TOKEN: 'token', MY_PASSWORD: 'default' })
    for (const value of ['', 'true', 'models', '  prod  ', 'a\nb\nname']) redact.learn(value)
    const text = 'the default models of prod are named true; dG9rZW4='
    expect(redact(text)).toBe(text)
  })

  it.each([
    ['HF_TOKEN=planted01Zq8sW3xYt is set', 'HF_TOKEN=*** is set'],
    ["api_key='planted01Zq8sW3xYt', seed=0", "api_key='***', seed=0"],
    ["non-default args: {'api_key': ['planted01Zq8sW3xYt']}", "non-default args: {'api_key': ['***']}"],
    ['{"access_token": "planted01Zq8sW3xYt"}', '{"access_token": "***"}'],
    ['connect http://me:planted01@127.0.0.1:1 failed', 'connect http://me:***@127.0.0.1:1 failed'],
    ['Authorization: Basic bWU6cGxhbnRlZA==', 'Authorization: Basic ***'],
  ])('knows by its place: %s', (text, safe) => {
    expect(createRedactor({})(text)).toBe(safe)
  })

  it.each([
    '+  HF_TOKEN: (40 characters, after)',
    'Secret mistral-7b-hub-token has no key HF_TOKEN',
    'pad_token: <|endoftext|>, max_num_batched_tokens=8192',
    'password: (not shown)',
  ])('is not confused by: %s', (text) => {
    expect(createRedactor({})(text)).toBe(text)
  })

  it('takes the password of a proxy from the environment, as it is written and as it is meant', () => {
    const redact = createRedactor({ HTTPS_PROXY: 'http://me:plan%74ed0001@proxy:3128' })
    expect(redact('plan%74ed0001 planted0001')).toBe('*** ***')
  })

  it('takes control characters out of messages, and leaves them in a log', () => {
    const redact = createRedactor({ HF_TOKEN: 'planted01Zq8sW3xYt' })
    expect(redact('\u001B[31mplanted01Zq8sW3xYt\u001B[0m\r')).toBe('***')
    expect(redact.mask('\u001B[31mplanted01Zq8sW3xYt\u001B[0m\r')).toBe('\u001B[31m***\u001B[0m\r')
  })
})
