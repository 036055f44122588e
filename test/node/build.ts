/** What a real node needs, built once like the rest of the bed. */
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { logged, type Part } from '../cluster/starter/build.ts'
import { SOURCES as CLUSTER } from '../cluster/starter/places.ts'
import { buildImages } from './image/build-images.ts'
import { PROGRAMS, REGISTRY_STORE, SOURCES } from './places.ts'

const GO = join(SOURCES, 'programs')

export const NODE_PROGRAMS: Part = {
  name: 'kubelet, containerd, runc, CNI and registry',
  inputs: [
    join(GO, 'go.mod'),
    join(GO, 'go.sum'),
    join(GO, 'pause/main.go'),
    join(GO, 'registry/main.go'),
    join(CLUSTER, 'bed/go.mod'),
    join(CLUSTER, 'bed/go.sum'),
  ],
  output: join(PROGRAMS, 'kubelet'),
  async build() {
    mkdirSync(PROGRAMS, { recursive: true })
    const build = (cwd: string, tags: string, ...packages: string[]) =>
      logged(
        'go-node',
        'go',
        ['build', '-trimpath', '-ldflags=-s -w', `-tags=${tags}`, '-o', `${PROGRAMS}/`, ...packages],
        { cwd, ...(tags === 'pure' ? { env: { CGO_ENABLED: '0' } } : {}) },
      )
    const containerd = 'github.com/containerd/containerd/v2/cmd'
    const plugins = 'github.com/containernetworking/plugins/plugins'
    // In one go, so that what they have in common is compiled once.
    await build(
      GO,
      'no_btrfs,no_zfs,no_devmapper',
      `${containerd}/containerd`,
      `${containerd}/containerd-shim-runc-v2`,
      `${plugins}/main/bridge`,
      `${plugins}/main/loopback`,
      `${plugins}/ipam/host-local`,
      './registry',
    )
    await build(GO, 'seccomp', 'github.com/opencontainers/runc')
    await build(GO, 'pure', './pause')
    await build(join(CLUSTER, 'bed'), 'node', 'k8s.io/kubernetes/cmd/kubelet')
  },
}

export const IMAGES: Part = {
  name: 'images in the registry',
  inputs: [
    ...readdirSync(join(SOURCES, 'image')).map((file) => join(SOURCES, 'image', file)),
    join(CLUSTER, 'engine/requirements.lock'),
    join(CLUSTER, 'engine/make-model.py'),
  ],
  output: join(REGISTRY_STORE, 'docker/registry/v2/repositories'),
  build: buildImages,
}
