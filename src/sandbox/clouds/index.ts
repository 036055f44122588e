/** The clouds that the sandbox plays; the first one unless another is set. */
import { azure } from './azure/index.ts'
import type { SimulatedCloud } from './cloud.ts'

export const SIMULATED_CLOUDS: readonly SimulatedCloud[] = [azure]
