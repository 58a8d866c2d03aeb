/** A log in a temporary folder, and the runs that read it, for the tests of this room. */
import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Chunk } from '../../src/maillog/chunk.ts';
import type { MaillogReading, ReadingOptions } from '../../src/maillog/maillog-reading.ts';
import { readMaillog } from '../../src/maillog/read-maillog.ts';

/** Unix seconds: the time that the files of a test get from the system, so that the two agree. */
export const now = Math.floor(Date.now() / 1000);

/** The tests' stamp: Unix seconds at the start of the line, then a blank. */
export function stampOf(line: Buffer): number | undefined {
  const stamp = /^\0*(\d{10}) /.exec(line.toString('latin1', 0, 64))?.[1];
  return stamp === undefined ? undefined : Number(stamp);
}

/** Returns the text of each line of some chunks, without its newline. */
export async function linesOfChunks(chunks: AsyncIterable<Chunk>): Promise<string[]> {
  const lines: string[] = [];
  for await (const { bytes, start, end } of chunks) {
    const text = bytes.toString('latin1', start, end);
    lines.push(...text.replace(/\n$/, '').split('\n'));
  }
  return lines;
}

/** Returns the n-th login's line. */
export function line(n: number): string {
  return `${now - 60 + n} login ${n}`;
}

/** Returns the lines of these logins. */
export function lines(...numbers: number[]): string[] {
  return numbers.map(line);
}

/** What one run read. */
export interface Run {
  readonly lines: string[];
  readonly reading: MaillogReading;
}

/** A log and its reader, who remembers what it saved between runs, as JSON. */
export class LogOnDisk {
  readonly folder = mkdtempSync(join(tmpdir(), 'exact-maillog-'));
  readonly path = join(this.folder, 'mail.log');
  saved: string | undefined;
  now = now;

  at(name: string): string {
    return join(this.folder, name);
  }

  /** Appends text to a file of the folder, the log by default. */
  append(text: string, name = 'mail.log'): void {
    appendFileSync(this.at(name), text);
  }

  /** Appends the n-th login's line. */
  write(n: number, name?: string): void {
    this.append(`${line(n)}\n`, name);
  }

  rename(from: string, to: string): void {
    renameSync(this.at(from), this.at(to));
  }

  /** Compresses a file as gzip(1) does. */
  gzip(name: string): void {
    writeFileSync(this.at(`${name}.gz`), gzipSync(readFileSync(this.at(name))));
    rmSync(this.at(name));
  }

  /** Sets a file's modification time, in seconds before now. */
  age(name: string, seconds: number): void {
    utimesSync(this.at(name), this.now - seconds, this.now - seconds);
  }

  inode(name = 'mail.log'): number {
    return statSync(this.at(name)).ino;
  }

  async start(options: Partial<ReadingOptions> = {}): Promise<MaillogReading> {
    return await readMaillog(this.path, this.saved === undefined ? undefined : JSON.parse(this.saved), {
      now: this.now,
      lookback: 1800,
      rebuild: false,
      stampOf,
      countLines: false,
      ...options,
    });
  }

  /** Reads what is new, and saves. */
  async run(options: Partial<ReadingOptions> = {}): Promise<Run> {
    const reading = await this.start(options);
    const lines = await linesOfChunks(reading.chunks());
    this.saved = JSON.stringify(reading.saved());
    return { lines, reading };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
