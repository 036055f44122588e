/** Which kinds a workspace's objects are of. */

export interface KindRef {
  apiVersion: string
  kind: string
}

/** Every group and kind that the set holds before or after this run. */
export function memberKinds(set: { members: readonly KindRef[]; prunable: readonly KindRef[] }): KindRef[] {
  return [...set.members, ...set.prunable].map(({ apiVersion, kind }) => ({ apiVersion, kind }))
}
