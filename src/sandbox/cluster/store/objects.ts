/** Every object of the sandbox, with one growing resourceVersion, and a history that watches start from. */
import { randomUUID } from 'node:crypto'
import { canonicalJson } from '#core/objects/canonical-json.ts'
import type { KindRow } from '#core/objects/kinds.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import { STORED, storedKind } from './kinds.ts'

export type Change = 'ADDED' | 'MODIFIED' | 'DELETED'

export interface Recorded {
  version: number
  type: Change
  object: KubeObject
  /** Before the change; absent when it is new. */
  before?: KubeObject
}

/** What is written to disk. */
export interface Snapshot {
  version: number
  objects: KubeObject[]
}

/** Changes that are remembered; a watch from before them gets 410 Gone. */
const HISTORY = 2_000

export class ObjectStore {
  #version = 0
  #history: Recorded[] = []
  /** The oldest version that a watch may start from. */
  #horizon = 0
  readonly #kinds = new Map<KindRow, Map<string, KubeObject>>(STORED.map((row) => [row, new Map()]))
  readonly #listeners = new Set<(row: KindRow, change: Recorded) => void>()

  get version(): number {
    return this.#version
  }

  get(row: KindRow, namespace: string | undefined, name: string): KubeObject | undefined {
    return this.#shelf(row).get(keyOf(row, namespace, name))
  }

  /** In the order of namespace and name, as etcd lists. */
  list(row: KindRow, namespace?: string): KubeObject[] {
    const all = [...this.#shelf(row).values()]
    const here = namespace === undefined ? all : all.filter(({ metadata }) => metadata.namespace === namespace)
    return here.sort((a, b) => (keyOfObject(row, a) < keyOfObject(row, b) ? -1 : 1))
  }

  all(): KubeObject[] {
    return [...this.#kinds.values()].flatMap((shelf) => [...shelf.values()])
  }

  /** Stores it under a new version. What says nothing new is not stored: the old object comes back. */
  put(object: KubeObject): KubeObject {
    const row = storedKind(object.apiVersion, object.kind)
    const key = keyOfObject(row, object)
    const before = this.#shelf(row).get(key)
    if (before !== undefined && isSame(before, object)) return before
    const { metadata } = object
    const stored: KubeObject = {
      ...object,
      metadata: {
        ...metadata,
        uid: before?.metadata.uid ?? metadata.uid ?? randomUUID(),
        creationTimestamp: before?.metadata.creationTimestamp ?? metadata.creationTimestamp ?? now(),
        resourceVersion: String(this.#version + 1),
      },
    }
    this.#shelf(row).set(key, stored)
    this.#record(row, before === undefined ? 'ADDED' : 'MODIFIED', stored, before)
    return stored
  }

  /** False when it was not there. */
  remove(object: KubeObject): boolean {
    const row = storedKind(object.apiVersion, object.kind)
    const key = keyOfObject(row, object)
    const before = this.#shelf(row).get(key)
    if (before === undefined) return false
    this.#shelf(row).delete(key)
    const last = { ...before, metadata: { ...before.metadata, resourceVersion: String(this.#version + 1) } }
    this.#record(row, 'DELETED', last, before)
    return true
  }

  onChange(listener: (row: KindRow, change: Recorded) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** What has changed since that version; undefined when that is too long ago to know, or was lost with a process that was killed. */
  since(row: KindRow, version: number): Recorded[] | undefined {
    if (version < this.#horizon || version > this.#version) return undefined
    return this.#history.filter(
      (each) => each.version > version && each.object.kind === row.kind && each.object.apiVersion === row.apiVersion,
    )
  }

  /** Forgets the history, as an API server does after its compaction. */
  compact(): void {
    this.#history = []
    this.#horizon = this.#version
  }

  snapshot(): Snapshot {
    return { version: this.#version, objects: this.all() }
  }

  restore({ version, objects }: Snapshot): void {
    for (const object of objects) {
      const row = storedKind(object.apiVersion, object.kind)
      this.#shelf(row).set(keyOfObject(row, object), object)
    }
    this.#version = version
    this.compact()
  }

  #shelf(row: KindRow): Map<string, KubeObject> {
    const shelf = this.#kinds.get(row)
    if (shelf === undefined) throw new Error(`no shelf for ${row.kind}`)
    return shelf
  }

  #record(row: KindRow, type: Change, object: KubeObject, before: KubeObject | undefined): void {
    this.#version += 1
    const change: Recorded = { version: this.#version, type, object, ...(before === undefined ? {} : { before }) }
    this.#history.push(change)
    if (this.#history.length > HISTORY) {
      this.#history.splice(0, HISTORY / 2)
      this.#horizon = (this.#history[0]?.version ?? this.#version) - 1
    }
    for (const listener of [...this.#listeners]) listener(row, change)
  }
}

export function now(): string {
  return new Date().toISOString().replace(/\.\d+Z$/, 'Z')
}

function keyOf(row: KindRow, namespace: string | undefined, name: string): string {
  return row.isNamespaced ? `${namespace ?? ''}/${name}` : name
}

function keyOfObject(row: KindRow, { metadata }: KubeObject): string {
  return keyOf(row, metadata.namespace, metadata.name)
}

function isSame(before: KubeObject, after: KubeObject): boolean {
  return canonicalJson(withoutVersion(before)) === canonicalJson(withoutVersion(after))
}

function withoutVersion({ metadata: { resourceVersion: _version, ...metadata }, ...rest }: KubeObject): unknown {
  return { ...rest, metadata }
}
