/** `npm run cluster:down`: ends the bed and forgets what it held. What was built stays. */
import { rmSync } from 'node:fs'
import { RUN } from './starter/places.ts'
import { isRunning, readPids, stop } from './starter/processes.ts'

const pids = Object.values(readPids()).filter(isRunning)
await stop(pids)
rmSync(RUN, { recursive: true, force: true })
process.stdout.write(pids.length > 0 ? 'the bed is down\n' : 'the bed was not up\n')
