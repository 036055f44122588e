/**
 * An engine that is healthy, lists the model, and answers every completion with a 500: what a served model with a dead
 * worker looks like from outside. It listens where the bed sends pods of namespaces labelled for it.
 */
import { createServer } from 'node:http'

const [port = '8099', ...names] = process.argv.slice(2)

createServer((req, res) => {
  req.resume()
  const json = (status: number, body: unknown): void => {
    res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }
  if (req.url === '/health') res.writeHead(200).end()
  else if (req.url === '/v1/models')
    json(200, { object: 'list', data: names.map((id) => ({ id, object: 'model', owned_by: 'vllm' })) })
  else
    json(500, {
      error: { message: 'EngineCore encountered an issue.', type: 'InternalServerError', param: null, code: 500 },
    })
}).listen(Number(port), '0.0.0.0')
