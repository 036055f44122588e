/**
 * Puts images into a registry's store on disk, as a push would leave them there: no server needs to run.
 * Layout: distribution/distribution v3, registry/storage/paths.go. Media types: OCI image-spec v1.1.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createWriteStream, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'

export interface Descriptor {
  mediaType: string
  digest: string
  size: number
}

export interface ImageConfig {
  Entrypoint?: string[]
  Env?: string[]
  User?: string
  WorkingDir?: string
}

const LAYER = 'application/vnd.oci.image.layer.v1.tar'
const CONFIG = 'application/vnd.oci.image.config.v1+json'
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json'

/** Runs tar with `args` and stores what it writes as one layer. */
export async function storeLayer(store: string, args: readonly string[]): Promise<Descriptor> {
  const part = join(store, `layer-${process.pid}-${Math.random().toString(36).slice(2)}.part`)
  mkdirSync(store, { recursive: true })
  const hash = createHash('sha256')
  let size = 0
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      hash.update(chunk)
      size += chunk.length
      next(null, chunk)
    },
  })
  const tar = spawn('tar', ['--create', '--file=-', '--sort=name', '--numeric-owner', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<number | null>((resolve) => tar.on('close', resolve))
  await pipeline(tar.stdout, measure, createWriteStream(part))
  const code = await ended
  if (code !== 0) throw new Error(`tar ${args.join(' ')} ended with ${code}`)
  const digest = `sha256:${hash.digest('hex')}`
  const blob = blobPath(store, digest)
  mkdirSync(dirname(blob), { recursive: true })
  renameSync(part, blob)
  return { mediaType: LAYER, digest, size }
}

/** Makes `name:tag` out of layers that are stored. */
export function storeImage(store: string, reference: string, layers: readonly Descriptor[], config: ImageConfig): void {
  const [name = '', tag = ''] = reference.split(':')
  const configured = storeJson(store, CONFIG, {
    architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
    os: 'linux',
    config,
    // Layers are not compressed: what identifies a layer and what identifies its content are the same.
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
  })
  const manifest = storeJson(store, MANIFEST, {
    schemaVersion: 2,
    mediaType: MANIFEST,
    config: configured,
    layers,
  })
  const repository = join(store, 'docker/registry/v2/repositories', name)
  for (const { digest } of [...layers, configured]) link(join(repository, '_layers', split(digest), 'link'), digest)
  const tags = join(repository, '_manifests/tags', tag)
  for (const path of [
    join(repository, '_manifests/revisions', split(manifest.digest), 'link'),
    join(tags, 'current/link'),
    join(tags, 'index', split(manifest.digest), 'link'),
  ])
    link(path, manifest.digest)
}

function storeJson(store: string, mediaType: string, value: unknown): Descriptor {
  const bytes = Buffer.from(JSON.stringify(value))
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
  write(blobPath(store, digest), bytes)
  return { mediaType, digest, size: bytes.length }
}

function blobPath(store: string, digest: string): string {
  const hex = digest.slice('sha256:'.length)
  return join(store, 'docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex, 'data')
}

function split(digest: string): string {
  return digest.replace(':', '/')
}

function link(path: string, digest: string): void {
  write(path, digest)
}

function write(path: string, data: string | Buffer): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, data)
}
