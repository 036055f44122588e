/** What a container runtime takes for the name of an image: https://pkg.go.dev/github.com/distribution/reference */

const HOST =
  '(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\\[[a-fA-F0-9:]+\\])'
const PART = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*'

export const IMAGE_REFERENCE = new RegExp(
  `^(?:${HOST}(?::[0-9]+)?/)?${PART}(?:/${PART})*(?::[\\w][\\w.-]{0,127})?(?:@[A-Za-z][\\w+.-]*:[0-9a-fA-F]{32,})?$`,
)
export const IMAGE_RULE = 'registry/name:tag or registry/name@sha256:…, for example registry.example/team/engine:v1.2.3'
