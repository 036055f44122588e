/** Advice as a shell of its own would show it. */
import type { Advice } from '#core/advice.ts'
import { NEW_SHELL, sayAdvice } from '#ui/text/advice-text.ts'

export function said(advice: Advice | undefined): string {
  return advice === undefined ? '' : sayAdvice(advice, NEW_SHELL)
}

/** For matching one in an object: it has these words. */
export function saying(words: string | RegExp): object {
  return {
    asymmetricMatch: (advice: Advice) =>
      words instanceof RegExp ? words.test(said(advice)) : said(advice).includes(words),
    toString: () => `saying ${words}`,
  }
}
