/** What kubelet and containerd say when nothing listens on the pod's port. kubectl puts its own words before it. */
import { createHash } from 'node:crypto'

/** For `dial` to reject with. The sandbox's id and its network namespace are made up from the pod's uid. */
export function connectionRefused(podUid: string, port: number): Error {
  const id = createHash('sha256').update(podUid).digest('hex')
  const namespace = `/var/run/netns/cni-${id.slice(0, 8)}-${id.slice(8, 12)}-${id.slice(12, 16)}-${id.slice(16, 20)}-${id.slice(20, 32)}`
  const v4 = `dial tcp4 127.0.0.1:${port}: connect: connection refused`
  const v6 = `dial tcp6 [::1]:${port}: connect: connection refused`
  const inside = `failed to connect to localhost:${port} inside namespace "${id}", IPv4: ${v4} IPv6 ${v6} `
  return new Error(
    `error forwarding port ${port} to pod ${id}, uid : failed to execute portforward in network namespace "${namespace}": ${inside}`,
  )
}
