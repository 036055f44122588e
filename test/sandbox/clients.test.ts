/** Other people's clients talk to the endpoint that `kaito endpoint --forward` brings to this machine. */
import { type ChildProcess, execFile } from 'node:child_process'
import { request } from 'node:http'
import { promisify } from 'node:util'
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type OwnSandbox, ownSandbox } from './sandbox.ts'

const MODEL = 'mistral-7b-instruct-v0.3'
let sandbox: OwnSandbox
let forward: ChildProcess | undefined
let url = ''

beforeAll(async () => {
  sandbox = ownSandbox()
  const done = await sandbox.run(['deploy', 'mistral-7b', '--yes', '--sandbox-speed', '600'])
  expect(done.code, done.stderr).toBe(0)
  url = await new Promise<string>((resolve, reject) => {
    const onStart = (child: ChildProcess): void => {
      forward = child
      child.stdout?.once('data', (text: Buffer) => resolve(text.toString().trim()))
    }
    sandbox
      .run(['endpoint', 'mistral-7b', '--forward', '--port', '0'], { onStart })
      .then((run) => reject(new Error(run.stderr)), reject)
  })
})
afterAll(async () => {
  forward?.kill('SIGINT')
  await sandbox.end()
})

describe('the openai client', () => {
  const client = () => new OpenAI({ baseURL: url, apiKey: 'none', maxRetries: 0 })

  it('lists the model', async () => {
    expect((await client().models.list()).data.map(({ id }) => id)).toEqual([MODEL])
  })

  it('completes a chat, whole', async () => {
    const answer = await client().chat.completions.create({
      model: MODEL,
      messages: [{ role: 'user', content: 'Hello' }],
    })
    expect(answer.choices[0]?.message.content).toContain('sandbox')
    expect(answer.usage?.total_tokens).toBeGreaterThan(0)
  })

  it('completes a chat, streamed', async () => {
    const stream = await client().chat.completions.create({
      model: MODEL,
      messages: [{ role: 'user', content: 'Hello' }],
      stream: true,
    })
    const parts: string[] = []
    for await (const chunk of stream) parts.push(chunk.choices[0]?.delta.content ?? '')
    expect(parts.length).toBeGreaterThan(3)
    expect(parts.join('')).toContain('sandbox')
  })

  it('is refused, as vLLM refuses, for a model that is not served', async () => {
    const asked = client().chat.completions.create({ model: 'gpt-4', messages: [{ role: 'user', content: 'Hello' }] })
    await expect(asked).rejects.toMatchObject({ status: 404 })
  })
})

describe('curl', () => {
  it('completes', async () => {
    const body = JSON.stringify({ model: MODEL, prompt: 'Hello', max_tokens: 5 })
    const args = ['-sS', '--fail', `${url}/completions`, '-H', 'Content-Type: application/json', '-d', body]
    const { stdout } = await promisify(execFile)('curl', args)
    expect((JSON.parse(stdout) as { choices: { text: string }[] }).choices[0]?.text).not.toBe('')
  })
})

describe('a page in a browser', () => {
  /** As a name that leads to this machine would bring it there. */
  const statusFor = (host: string): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const { port } = new URL(url)
      const asked = request(
        { host: '127.0.0.1', port, path: '/v1/models', headers: { host }, agent: false },
        (answer) => {
          answer.resume()
          resolve(answer.statusCode)
        },
      )
      asked.on('error', reject).end()
    })

  it.each(['127.0.0.1', 'localhost', 'LOCALHOST:8000', '[::1]:8000'])(
    'that means this machine is answered: %s',
    async (host) => {
      expect(await statusFor(host)).toBe(200)
    },
  )

  it.each(['evil.example', 'evil.example:8000', '127.0.0.1.evil.example', 'localhost.evil.example', '10.0.0.1'])(
    'that comes under a name of its own is refused: %s',
    async (host) => {
      expect(await statusFor(host)).toBe(403)
    },
  )
})
