/**
 * The images of the node bed. The engine's holds a Debian base, the bed's own vLLM and the tiny model; nothing in it
 * was changed to make it run, but the settings that a CPU needs.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { MODEL, VENV } from '../../cluster/starter/places.ts'
import {
  CONTAINERD_ROOT,
  ENGINE_IMAGE,
  MODEL_IN_IMAGE,
  PACKAGES,
  PAUSE_IMAGE,
  PROGRAMS,
  REGISTRY_STORE,
} from '../places.ts'
import { type Descriptor, storeImage, storeLayer } from './registry-store.ts'

/** What Python and the compiled parts of vLLM link with; apt adds what these need. */
const DEBIAN = [
  'python3.11',
  'bash',
  'coreutils',
  'libstdc++6',
  'libgomp1',
  'libnuma1',
  'libssl3',
  'libffi8',
  'libsqlite3-0',
  'libbz2-1.0',
  'liblzma5',
  // vLLM asks lscpu which cores there are.
  'util-linux',
]

const USER = { uid: 2000, name: 'vllm', home: '/home/vllm' }
const PREFIX = '/opt/vllm'

export async function buildImages(): Promise<void> {
  // containerd would go on with what it pulled before under the same tag.
  for (const folder of [REGISTRY_STORE, CONTAINERD_ROOT]) rmSync(folder, { recursive: true, force: true })
  const scratch = mkdtempSync(join(tmpdir(), 'kaito-image-'))
  try {
    const pause = await storeLayer(REGISTRY_STORE, ['--owner=0', '--group=0', `--directory=${PROGRAMS}`, 'pause'])
    storeImage(REGISTRY_STORE, PAUSE_IMAGE, [pause], { Entrypoint: ['/pause'] })
    const layers = [
      await baseLayer(join(scratch, 'base')),
      await engineLayer(join(scratch, 'engine')),
      await modelLayer(),
    ]
    storeImage(REGISTRY_STORE, ENGINE_IMAGE, layers, {
      // As the published image does: the server is the entrypoint, its arguments follow.
      Entrypoint: [`${PREFIX}/bin/python`, '-m', 'vllm.entrypoints.cli.main', 'serve'],
      WorkingDir: '/',
      Env: [
        `PATH=${PREFIX}/bin:/usr/local/bin:/usr/bin:/bin`,
        'VLLM_CPU_KVCACHE_SPACE=1',
        // Else the workers of all pods are bound to the same core, and one that ends is starved by one that serves.
        'VLLM_CPU_OMP_THREADS_BIND=nobind',
        'OMP_NUM_THREADS=1',
        'HF_HUB_OFFLINE=1',
        'VLLM_LOGGING_COLOR=0',
      ],
    })
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** The packages' files without their installation scripts: a base that runs Python, and nothing that is ever started. */
async function baseLayer(root: string): Promise<Descriptor> {
  mkdirSync(PACKAGES, { recursive: true })
  const { stdout } = await execa('apt-get', [
    '--simulate',
    '--no-install-recommends',
    // As if nothing were installed: every package that these need is named.
    '-oDir::State::status=/dev/null',
    'install',
    ...DEBIAN,
  ])
  const names = [...stdout.matchAll(/^Inst (\S+) \((\S+)/gm)].map(([, name, version]) => `${name}=${version}`)
  // apt's own user must be able to write where it downloads to.
  await execa('apt-get', ['-oAPT::Sandbox::User=root', 'download', ...names], { cwd: PACKAGES })
  mkdirSync(root, { recursive: true })
  for (const name of readdirSync(PACKAGES).filter((file) => file.endsWith('.deb')))
    await execa('dpkg-deb', ['--extract', join(PACKAGES, name), root])
  if (!existsSync(join(root, 'bin/sh'))) await execa('ln', ['-s', 'bash', join(root, 'bin/sh')])
  for (const folder of ['etc', 'tmp', 'cache', 'proc', 'sys', 'dev', USER.home.slice(1)])
    mkdirSync(join(root, folder), { recursive: true })
  writeFileSync(
    join(root, 'etc/passwd'),
    `root:x:0:0:root:/root:/bin/sh\n${USER.name}:x:${USER.uid}:0::${USER.home}:/bin/sh\n`,
  )
  writeFileSync(join(root, 'etc/group'), 'root:x:0:\n')
  rmSync(join(root, 'usr/share/doc'), { recursive: true, force: true })
  return storeLayer(REGISTRY_STORE, ['--owner=0', '--group=0', `--directory=${root}`, '.'])
}

/** The bed's own environment under another prefix, with the base's Python. Compiled first: no pod can write beside it. */
async function engineLayer(root: string): Promise<Descriptor> {
  // What is compiled already is left alone. A few packages ship files of other Pythons, which do not compile.
  await execa(join(VENV, 'bin/python'), ['-m', 'compileall', '-q', '-j0', join(VENV, 'lib')], {
    reject: false,
    stdio: 'ignore',
  })
  const bin = join(root, 'opt/vllm/bin')
  mkdirSync(bin, { recursive: true })
  await execa('ln', ['-s', '/usr/bin/python3.11', join(bin, 'python')])
  writeFileSync(
    join(root, 'opt/vllm/pyvenv.cfg'),
    'home = /usr/bin\ninclude-system-site-packages = false\nversion = 3.11\n',
  )
  return storeLayer(REGISTRY_STORE, [
    '--owner=0',
    '--group=0',
    '--mode=u+rwX,go+rX',
    `--directory=${root}`,
    'opt',
    `--directory=${VENV}`,
    `--transform=flags=r;s,^lib,${PREFIX.slice(1)}/lib,`,
    'lib',
  ])
}

/** save_pretrained writes the weights for their owner alone; the engine runs as another user. */
async function modelLayer(): Promise<Descriptor> {
  return storeLayer(REGISTRY_STORE, [
    '--owner=0',
    '--group=0',
    '--mode=u+rwX,go+rX',
    `--directory=${MODEL}`,
    `--transform=flags=r;s,^\\.,${MODEL_IN_IMAGE.slice(1)},`,
    '.',
  ])
}
