/** The lines of `exact update --logins`, as they come: in pieces from a stream, and in batches. */
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

/** A line longer than this is no login. Bytes. */
const longestLine = 64 * 1024;

/** Lines that come after the first of a batch in so long a time are part of it. Milliseconds. */
const together = 300;

/** So many lines are a batch even if they come at once, which bounds the memory that their logins take. */
const mostLines = 100_000;

/** Yields the lines of each piece of a stream. They end at byte 0x0A and nowhere else; `readline` ends them at U+2028 too. */
export async function* linesOf(input: Readable): AsyncGenerator<readonly string[]> {
  let rest = Buffer.alloc(0);
  for await (const piece of input) {
    const bytes = rest.length === 0 ? Buffer.from(piece) : Buffer.concat([rest, Buffer.from(piece)]);
    const lines: string[] = [];
    let start = 0;
    for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a, start)) {
      lines.push(bytes.toString('utf8', start, end));
      start = end + 1;
    }
    if (lines.length > 0) yield lines;
    // What has no end is no login: its beginning is enough to say so.
    rest = Buffer.from(bytes.subarray(start, start + longestLine));
  }
  if (rest.length > 0) yield [rest.toString('utf8')];
}

/** Yields the lines of pieces, those that come within an instant as one batch. What breaks the pieces is thrown after the lines before. */
export async function* batchesOf(
  pieces: AsyncIterable<readonly string[]>,
): AsyncGenerator<readonly string[]> {
  const source = pieces[Symbol.asyncIterator]();
  let next = settled(source.next());
  for (;;) {
    const first = await next;
    if ('error' in first) throw first.error;
    if (first.done) return;
    const lines = [...first.value];
    next = settled(source.next());
    const stop = new AbortController();
    const end = delay(together, undefined, { signal: stop.signal }).catch(() => undefined);
    while (lines.length < mostLines) {
      const more = await Promise.race([next, end]);
      if (more === undefined || 'error' in more || more.done) break;
      for (const line of more.value) lines.push(line);
      next = settled(source.next());
    }
    stop.abort();
    yield lines;
  }
}

/** An error that comes while a batch is on its way waits for its turn. */
async function settled<Value>(
  next: Promise<IteratorResult<Value>>,
): Promise<{ done: false; value: Value } | { done: true } | { error: unknown }> {
  try {
    const { done, value } = await next;
    return done ? { done } : { done: false, value };
  } catch (error) {
    return { error };
  }
}
