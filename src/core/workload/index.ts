/** The kinds of work that are shipped. */
import { serve } from './serve.ts'
import type { Workloads } from './workload.ts'

export const SHIPPED_WORKLOADS: Workloads = [serve]
