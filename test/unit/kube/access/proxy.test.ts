/** HTTPS_PROXY and NO_PROXY, with the cases of golang.org/x/net/http/httpproxy. */
import { describe, expect, it } from 'vitest'
import { proxyFor } from '#kube/access/proxy.ts'

const PROXY = 'http://proxy.example:3128'
const via = (server: string, noProxy = '', more: Record<string, string> = {}) =>
  proxyFor(server, { HTTPS_PROXY: PROXY, NO_PROXY: noProxy, ...more })

describe('through the proxy', () => {
  it.each([
    ['https://api.example:6443', ''],
    ['https://10.1.2.3', '10.2.0.0/16'],
    ['https://api.example:6443', 'api.example:443'],
    ['https://notexample.com', 'example.com'],
    ['https://example.com', '.example.com'],
  ])('%s with NO_PROXY=%s', (server, noProxy) => {
    expect(via(server, noProxy)).toBe(PROXY)
  })

  it('a proxy without a scheme is HTTP, and lower case counts', () => {
    expect(proxyFor('https://api.example', { https_proxy: 'proxy:3128' })).toBe('http://proxy:3128')
  })
})

describe('directly', () => {
  it.each([
    ['https://127.0.0.1:6443', ''],
    ['https://localhost:6443', ''],
    ['https://[::1]:6443', ''],
    ['https://api.example', '*'],
    ['https://api.example', 'example'],
    ['https://api.example', '.example'],
    ['https://a.api.example', 'api.example'],
    ['https://api.example:6443', 'other, api.example:6443'],
    ['https://10.1.2.3', '10.1.0.0/16'],
    ['https://10.1.2.3', '10.1.2.3'],
    ['https://[fd00::5]', 'fd00::/8'],
    ['https://api.example', '*.example'],
  ])('%s with NO_PROXY=%s', (server, noProxy) => {
    expect(via(server, noProxy)).toBeUndefined()
  })

  it('without HTTPS_PROXY; HTTP_PROXY is for plain HTTP', () => {
    expect(proxyFor('https://api.example', { HTTP_PROXY: PROXY })).toBeUndefined()
    expect(proxyFor('http://api.example', { HTTP_PROXY: PROXY })).toBe(PROXY)
  })
})
