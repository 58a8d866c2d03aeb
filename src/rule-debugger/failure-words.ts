/** The words by which servers tell that nobody has logged in. */
import type { Span } from './pattern.ts';

const failure =
  /(?<![A-Za-z])(?:bad\w*|fail\w*|invalid\w*|denied|reject\w*|wrong|incorrect\w*|refused|abort\w*|disallow\w*|illegal|unknown user|no such user|mismatch)/i;

/** Returns the word by which a message tells of a failure, outside the parts that a client chooses. */
export function failureWord(text: string, chosen: readonly (Span | undefined)[]): string | undefined {
  let rest = text;
  for (const span of chosen) {
    if (span === undefined) continue;
    rest = rest.slice(0, span.start) + ' '.repeat(span.end - span.start) + rest.slice(span.end);
  }
  return failure.exec(rest)?.[0];
}
