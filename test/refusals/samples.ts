/** Logs of MTAs that refused to relay, from their folders, with what is true of each line. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Chunk } from '../../src/maillog/chunk.ts';
import { mtas } from '../../src/mtas/mtas.ts';

/** A refused recipient, as the client's conversation with the MTA had it; `optional`: a client that wrote oddly. */
interface Truth {
  readonly line: number;
  readonly refused: true | 'optional';
  readonly address: string;
  readonly sender?: string;
}

/** One log file. */
export interface Sample {
  readonly mta: string;
  /** Below src/mtas. */
  readonly file: string;
  readonly bytes: Buffer;
  readonly truth: readonly Truth[];
}

const folder = new URL('../../src/mtas/', import.meta.url);

/** All of them. */
export const samples: readonly Sample[] = mtas.flatMap(({ name }) =>
  readdirSync(new URL(`${name}/`, folder))
    .filter((file) => file.endsWith('.log'))
    .map((file) => sampleOf(name, file)),
);

function sampleOf(mta: string, name: string): Sample {
  const file = `${mta}/${name}`;
  const rows = new URL(file.replace(/(?:\.iso|\.trad)?\.log$/, '.expected.jsonl'), folder);
  const truth = readFileSync(rows, 'utf8').trimEnd().split('\n');
  return {
    ...{ mta, file, bytes: readFileSync(new URL(file, folder)) },
    truth: truth.map((row): Truth => JSON.parse(row)),
  };
}

/** Returns bytes of a log as a chunk that was written on the day of the samples. */
export function chunkOf(bytes: Buffer, start = 0, end = bytes.length): Chunk {
  return {
    ...{ bytes, start, end, source: 'sample', firstLine: 1, isNew: false },
    writtenBefore: Date.UTC(2026, 10, 25) / 1000,
  };
}

/** Gives each line of a log as a chunk of its own. */
export function* linesOf(bytes: Buffer): Generator<Chunk> {
  for (let start = 0; start < bytes.length; ) {
    const feed = bytes.indexOf(0x0a, start);
    const end = feed < 0 ? bytes.length : feed + 1;
    yield chunkOf(bytes, start, end);
    start = end;
  }
}
