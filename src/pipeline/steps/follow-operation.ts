/** Follows what a cloud does with a pool, until nothing changes it any more. */
import type { CloudPort, Operation, PoolInQuestion } from '#clouds/cloud.ts'
import type { Ports } from '../ports.ts'
import { lookUntil } from '../time/look-until.ts'

export type Ended = Exclude<Operation, { state: 'running' }>

export function followOperation(
  pool: PoolInQuestion,
  token: string | undefined,
  cloud: CloudPort,
  tell: (state: string) => void,
  ports: Pick<Ports, 'clock' | 'signal'>,
): Promise<Ended> {
  const look = async (): Promise<Operation> => {
    const operation = await cloud.poll(pool, token, ports.signal)
    if (operation.state === 'running') tell(operation.rawState)
    return operation
  }
  return lookUntil(look, (operation): operation is Ended => operation.state !== 'running', ports)
}
