/** Where each piece of the compiled data stands: whatever is asked for by name has a file of its own. */
import { keyOf } from '#core/catalog/in-memory.ts'

/** One line of each model. */
export const MODELS = 'models.json'
/** The clouds that have machines, and the kinds of GPUs in these. */
export const MACHINES = 'machines.json'
export const IMAGES = 'images.json'
export const CLOUDS = 'clouds.json'

/** @param name any that the model has; the file holds the model, or the name of the file that does. */
export function modelFile(name: string): string {
  return `models/${plain(name)}.json`
}

export function machineFile(cloud: string, instanceType: string): string {
  return `machines/${plain(cloud)}/${plain(instanceType)}.json`
}

export function machinesFile(cloud: string): string {
  return `machines/${plain(cloud)}.json`
}

export function flagsFile(engine: string, version: string): string {
  return `flags/${plain(engine)}-${plain(version)}.json`
}

export function templateFile(name: string): string {
  return `templates/${name.replace(/\.yaml$/, '.json')}`
}

/** Legal on every file system; people ask for anything. */
function plain(name: string): string {
  return keyOf(name).replaceAll(/[^a-z0-9._-]/g, (character) => `+${character.charCodeAt(0).toString(16)}`)
}
