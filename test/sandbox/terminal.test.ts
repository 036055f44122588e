/** At a terminal, with an engine that answers as it is asked to. */
import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { atTerminal, CTRL_C, CTRL_D, type Terminal } from '../support/terminal.ts'
import { type OwnSandbox, ownSandbox } from './sandbox.ts'

interface Asked {
  messages: { role: string; content: string }[]
}

let sandbox: OwnSandbox
let engine: Server
/** What the engine was asked, and which questions the client has let go of before their end. */
const asked: Asked[] = []
const letGo: string[] = []

type Delta = { content?: string; reasoning?: string }
const event = (response: ServerResponse, delta: Delta, reason: string | null = null): void => {
  response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: reason }] })}\n\n`)
}
const finish = (response: ServerResponse, reason: string): void => {
  event(response, {}, reason)
  response.end('data: [DONE]\n\n')
}

/** By what the last message says. */
const ANSWERS: Record<string, (response: ServerResponse) => void> = {
  Hello(response) {
    event(response, { content: 'Good day.\u001B[2J' })
    finish(response, 'stop')
  },
  endless(response) {
    const timer = setInterval(() => event(response, { content: 'on and ' }), 20)
    response.on('close', () => {
      clearInterval(timer)
      letGo.push('endless')
    })
  },
  die(response) {
    event(response, { content: 'I was ab' })
    setTimeout(() => response.destroy(), 100)
  },
  fail(response) {
    response.end('data: {"error":{"message":"EngineCore encountered an issue"}}\n\n')
  },
  ponder(response) {
    event(response, { reasoning: 'Let me see' })
    finish(response, 'length')
  },
}

beforeAll(async () => {
  engine = createServer(async (request, response) => {
    if (request.url === '/v1/models') {
      response.end('{"data":[{"id":"any"}]}')
      return
    }
    const parts: string[] = []
    for await (const chunk of request.setEncoding('utf8')) parts.push(String(chunk))
    const body = JSON.parse(parts.join('')) as Asked
    asked.push(body)
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    ANSWERS[body.messages.at(-1)?.content ?? '']?.(response)
  }).listen(0, '127.0.0.1')
  await once(engine, 'listening')
  sandbox = ownSandbox()
  const done = await sandbox.run(['deploy', 'mistral-7b', '--yes', '--sandbox-speed', '600'])
  expect(done.code, done.stderr).toBe(0)
  const url = `http://127.0.0.1:${(engine.address() as AddressInfo).port}/v1`
  expect((await sandbox.run(['status', '--sandbox-engine', url])).code).toBe(0)
})
afterAll(async () => {
  await sandbox.end()
  engine.closeAllConnections()
  engine.close()
})

let terminal: Terminal | undefined
afterEach(() => terminal?.kill())

/** A terminal that does not say how wide it is. */
function withoutWidth(command: string, env: Record<string, string> = sandbox.env): Terminal {
  terminal = atTerminal(command, env, [0, 0])
  return terminal
}
const PROMPT = /> /

describe('a conversation', () => {
  it('answers question by question, knows what was said, and ends with 0 at Ctrl-D', async () => {
    const talk = withoutWidth('chat mistral-7b')
    await talk.shows(PROMPT)
    talk.type('Hello\r')
    expect(await talk.shows(/Good day\.[\s\S]*?> /)).not.toContain('\u001B[2J')
    talk.type('Hello\r')
    await talk.shows(/Good day\.[\s\S]*?> /)
    expect(asked.at(-1)?.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user'])
    talk.type(CTRL_D)
    expect(await talk.ended).toBe(0)
    expect(talk.rest()).not.toContain('✗')
  })

  it('Ctrl-C ends an answer and no more; at the prompt it ends the conversation, with 0', async () => {
    const talk = withoutWidth('chat mistral-7b')
    await talk.shows(PROMPT)
    talk.type('endless\r')
    await talk.shows(/on and on and/)
    talk.type(CTRL_C)
    await talk.shows(/\n[^\n]*> /)
    await expect.poll(() => letGo).toEqual(['endless'])
    talk.type('Hello\r')
    await talk.shows(/Good day\.[\s\S]*?> /)
    talk.type(CTRL_C)
    expect(await talk.ended).toBe(0)
    expect(talk.rest()).not.toContain('✗')
  })

  it.each(['die', 'fail'])('goes on after an engine that does "%s", and says what to look at', async (question) => {
    const talk = withoutWidth('chat mistral-7b')
    await talk.shows(PROMPT)
    talk.type(`${question}\r`)
    const said = await talk.shows(/\[NOT_ANSWERING\][\s\S]*?> /)
    expect(said).toMatch(/kaito logs mistral-7b -n default --sandbox/)
    talk.type('Hello\r')
    await talk.shows(/Good day\.[\s\S]*?> /)
    expect(asked.at(-1)?.messages.map(({ content }) => content)).toEqual(['Hello'])
    talk.type('\r')
    expect(await talk.ended).toBe(0)
  })
})

describe('one question', () => {
  it('an engine that dies on the way is NOT_ANSWERING, after the words that came', async () => {
    const { code, stdout, stderr } = await sandbox.run(['chat', 'mistral-7b', '-p', 'die'])
    expect(code).toBe(6)
    expect(stdout).toBe('I was ab\n')
    expect(stderr).toMatch(/NOT_ANSWERING[\s\S]*broke off[\s\S]*kaito logs mistral-7b -n default --sandbox/)
  })

  it('what a model thinks goes to stderr, and that no word followed is told', async () => {
    const { code, stdout, stderr } = await sandbox.run(['chat', 'mistral-7b', '-p', 'ponder'])
    expect([code, stdout]).toEqual([0, ''])
    expect(stderr).toMatch(/Let me see\n.*\[cut-off\]/)
    const quiet = await sandbox.run(['chat', 'mistral-7b', '-p', 'ponder', '-q'])
    expect(quiet.stderr).not.toContain('Let me see')
  })
})

it('progress on a terminal without a width is one line after the other', async () => {
  const { CI: _, ...outsideCi } = sandbox.env
  const none = withoutWidth('delete absent --yes', outsideCi)
  await none.shows(/✓ look up the workspace/)
  expect(await none.ended, 'nothing of that name is there').toBe(5)
})
