/** Somebody else's log on its way to stdout: no secret, and nothing that a terminal would obey. */
import { withoutControls } from './redact.ts'

export function createLogWriter(stream: NodeJS.WriteStream, mask: (text: string) => string): (text: string) => void {
  // A progress bar writes over its line.
  const tame = (text: string): string => withoutControls(text.replace(/\r+$/gm, '').replace(/\r+/g, '\n'))
  return (text) => {
    stream.write(mask(stream.isTTY === true ? tame(text) : text))
  }
}
