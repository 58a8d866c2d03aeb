/** The lines that rules are tried on: `--line`, files, standard input, or the configured mail log. */
import { readFileSync } from 'node:fs';
import { ExitStatus } from '../exit-status.ts';
import type { Chunk } from '../maillog/chunk.ts';
import { Failure, reasonOf, statusOf } from '../problem.ts';
import { linesOfChunk } from '../rules/chunk-lines.ts';
import type { LineContext } from '../rules/reading.ts';
import type { Invocation } from './invocation.ts';

/** A line to try rules on. */
export interface SampleLine {
  readonly text: string;
  readonly context: LineContext;
  /** Given by itself, with `--line`: whatever it is, it is explained. */
  readonly isAsked: boolean;
}

/** Yields the lines of a command line, in their order. */
export async function* sampleLines(invocation: Invocation): AsyncGenerator<SampleLine> {
  const { now } = invocation;
  for (const [index, text] of invocation.values('line').entries()) {
    const context = { source: '--line', line: index + 1, isNew: false, writtenBefore: now };
    yield { text, context, isAsked: true };
  }
  for (const file of invocation.operands) {
    for await (const chunk of chunksOf(file, invocation)) {
      const { source, isNew, writtenBefore } = chunk;
      for (const { text, number } of linesOfChunk(chunk)) {
        yield { text, context: { source, line: number, isNew, writtenBefore }, isAsked: false };
      }
    }
  }
}

async function* chunksOf(file: string, { now }: Invocation): AsyncGenerator<Chunk> {
  try {
    const bytes = readFileSync(file === '-' ? 0 : file);
    yield {
      bytes,
      start: 0,
      end: bytes.length,
      source: file,
      firstLine: 1,
      isNew: false,
      writtenBefore: now,
    };
  } catch (error) {
    const status = statusOf(error, 'reading');
    throw new Failure({ status, where: file, what: 'cannot read', why: reasonOf(error) });
  }
}

/** Refuses a command line that names no lines where the mail log will not do. */
export function requireLines(invocation: Invocation, what: string): void {
  if (invocation.operands.length > 0 || invocation.has('line')) return;
  throw new Failure({ status: ExitStatus.usage, where: what, what: 'needs lines', fix: 'name a FILE, or -' });
}
