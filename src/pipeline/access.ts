/** Whether the endpoint asks for an API key, and what goes into the requests then. */
export interface Access {
  needsKey: boolean
  /** Absent although it is needed: this identity may not read the Secret. */
  key?: string
}

export function headersOf({ key }: Access): Record<string, string> {
  return key === undefined ? {} : { authorization: `Bearer ${key}` }
}
