/** The parts of objects that the controllers read and write. */

import type { Taint } from '#core/cloud/node-pool.ts'
import type { JsonObject, KubeObject } from '#core/objects/kube-object.ts'
import type { Condition } from '../../pod.ts'

export interface Node extends KubeObject {
  spec?: { taints?: Taint[]; unschedulable?: boolean; providerID?: string }
  status?: {
    capacity?: Record<string, string>
    allocatable?: Record<string, string>
    conditions?: Condition[]
    images?: { names: string[] }[]
    addresses?: { type: string; address: string }[]
    nodeInfo?: JsonObject
  }
}

/** As controllers spell it: five or ten letters that form no words. */
export function suffix(seed: string, length: number): string {
  const letters = 'bcdfghjklmnpqrstvwxz2456789'
  let [hash, text] = [2_166_136_261, '']
  for (let index = 0; text.length < length; index += 1) {
    for (const letter of `${seed}${index}`) hash = Math.imul(hash ^ letter.charCodeAt(0), 16_777_619) >>> 0
    text += letters[hash % letters.length]
  }
  return text
}
