/** What goes between the toy cloud and its clients: pools, and the moulds that their machines are cast from. */
import type { PoolOwner, Taint } from '#core/cloud/node-pool.ts'

export interface PoolWish {
  machine: string
  count: number
  diskGiB: number
  labels: Record<string, string>
  taints: Taint[]
  /** Absent: whoever made it is not kaito. */
  owner?: PoolOwner
}

export interface ToyPool extends PoolWish {
  name: string
  state: 'making' | 'there' | 'melting' | 'broken' | 'going'
  /** Numbers of its machines. */
  cast: number[]
  /** Of a broken one. */
  why?: Complaint
}

/** It stays when its pool goes, and bills. */
export interface Mould {
  name: string
  owner: PoolOwner
}

export interface Complaint {
  code: 'quota' | 'stock' | 'busy' | 'held' | 'exists' | 'nothing'
  words: string
}
