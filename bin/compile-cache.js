/**
 * Node's compile cache holds code that runs as whoever reads it, and Node's own place for it is a temporary folder that all
 * users of a machine share. kaito keeps it where nobody else can write, or goes without.
 */
const { existsSync, lstatSync, mkdirSync, realpathSync } = require('node:fs')
const { enableCompileCache } = require('node:module')
const { homedir } = require('node:os')
const { dirname, join, resolve } = require('node:path')

const WRITABLE_BY_OTHERS = 0o022
const READABLE_BY_OTHERS = 0o077
const STICKY = 0o1000

module.exports = function useCompileCache() {
  try {
    // On Windows the temporary folder is the user's own.
    if (process.getuid === undefined) enableCompileCache()
    else {
      const folder = ownFolder(join(cacheHome(), 'kaito'), process.getuid())
      if (folder !== undefined) enableCompileCache(folder)
    }
  } catch {
    // No home, a disk that is full or read-only: the cache only saves time.
  }
}

function cacheHome() {
  const said = process.env.XDG_CACHE_HOME
  return said?.startsWith('/') ? said : join(homedir(), '.cache')
}

/** Undefined: somebody else could put something there, now or between this look and the next. */
function ownFolder(path, uid) {
  if (!existsSync(path)) {
    if (!isSafeWay(existing(path), uid)) return undefined
    mkdirSync(path, { recursive: true, mode: 0o700 })
  }
  const folder = realpathSync(path)
  const { mode, uid: owner } = lstatSync(folder)
  return owner === uid && (mode & READABLE_BY_OTHERS) === 0 && isSafeWay(folder, uid) ? folder : undefined
}

/** The nearest folder above that is there, with no link left in its path. */
function existing(path) {
  try {
    return realpathSync(path)
  } catch {
    return existing(dirname(path))
  }
}

/** Whoever may write to a folder on the way may exchange what lies below, unless only owners may move their own there. */
function isSafeWay(path, uid) {
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    const { mode, uid: owner } = lstatSync(folder)
    if (owner !== uid && owner !== 0) return false
    if ((mode & WRITABLE_BY_OTHERS) !== 0 && (mode & STICKY) === 0) return false
    if (folder === dirname(folder)) return true
  }
}
