/** What the suites beside the walk are made of: a journey is left out or gone through as a whole. */

/** By name; each registers its tests. */
export type Journeys = Readonly<Record<string, () => void>>

/** Journeys of one test, each in a namespace of its own. */
export type Cases = Readonly<Record<string, () => Promise<void>>>
