/** A time as Leases hold it, with microseconds. Source: MicroTime of k8s.io/apimachinery. */
export function microTime(date: Date): string {
  return date.toISOString().replace(/(\.\d{3})Z$/, '$1000Z')
}
