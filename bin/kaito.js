#!/usr/bin/env node
// Parses on old versions of Node too, so that they get a clear message.
var version = process.versions.node.split('.').map(Number)
if (version[0] < 22 || (version[0] === 22 && version[1] < 12)) {
  // biome-ignore lint/style/useTemplate: what an old Node prints must parse there
  process.stderr.write('kaito needs Node 22.12 or newer; this is ' + process.version + '.\n')
  // Not 1, which means to a script that diff found changes.
  process.exitCode = 70
} else {
  require('./compile-cache.js')()
  require('../dist/main.cjs')
    .main(process.argv.slice(2))
    .then((code) => {
      process.exitCode = code
    })
}
