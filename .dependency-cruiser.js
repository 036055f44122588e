// For dependency-cruiser's own commands, say a picture: npx depcruise src -T mermaid --collapse 2
// `npm run rooms` reads the same rules, and sees to it that every file and import was seen.
import { importRules } from './scripts/rooms/import-rules.ts'
import { OPTIONS } from './scripts/rooms/imports.ts'
import { ROOMS } from './scripts/rooms/table.ts'

export default { forbidden: importRules(ROOMS), options: OPTIONS }
