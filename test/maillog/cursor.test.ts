/** What tells one file from another. */
import { closeSync, truncateSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cursorAt, holds, streamHolds, unreadCursor } from '../../src/maillog/cursor.ts';
import { openRegularFile } from '../../src/maillog/regular-file.ts';
import type { FileCursor } from '../../src/state/maillog-cursor.ts';
import { LogOnDisk } from './log-on-disk.ts';

let log: LogOnDisk;
beforeEach(() => {
  log = new LogOnDisk();
});
afterEach(() => log.remove());

function cursorOf(content: Buffer, offset: number): FileCursor {
  writeFileSync(log.path, content);
  const file = openRegularFile(log.path);
  const cursor = cursorAt(file, offset, content.length);
  closeSync(file.fd);
  return cursor;
}

function isHeldBy(content: Buffer, cursor: FileCursor): boolean {
  writeFileSync(log.path, content);
  const file = openRegularFile(log.path);
  const answer = holds(file, cursor);
  closeSync(file.fd);
  return answer;
}

async function* inPieces(content: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
}

describe('holds() and streamHolds()', () => {
  const given = Buffer.from(Array.from({ length: 5000 }, (_, n) => 33 + ((n * n) % 90)));
  const changed = (at: number) => {
    const copy = Buffer.from(given);
    copy[at] = 10;
    return copy;
  };
  it.each([
    { name: 'the same bytes', now: given, want: true },
    { name: 'the same and more', now: Buffer.concat([given, given]), want: true },
    { name: 'another byte after the offset', now: changed(4000), want: true },
    { name: 'another first byte', now: changed(0), want: false },
    { name: 'another byte of the head', now: changed(1023), want: false },
    { name: 'another byte before the offset', now: changed(3999), want: false },
    { name: 'another byte a little before it', now: changed(3744), want: false },
    { name: 'fewer bytes', now: given.subarray(0, 3999), want: false },
    { name: 'NULs', now: Buffer.alloc(5000), want: false },
  ])('$name: $want', async ({ now, want }) => {
    const cursor = cursorOf(given, 4000);
    expect(isHeldBy(now, cursor)).toBe(want);
    for (const size of [1, 7, 256, 4000, 10_000]) {
      expect(await streamHolds(inPieces(now, size), cursor)).toBe(want);
    }
  });

  it('agree on all prefixes, and on no other file', async () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 3000 });
    await fc.assert(
      fc.asyncProperty(bytes, bytes, fc.nat(), async (one, other, place) => {
        const offset = 1 + (place % one.length);
        const cursor = cursorOf(Buffer.from(one), offset);
        const isPrefix = Buffer.from(other).subarray(0, offset).equals(Buffer.from(one).subarray(0, offset));
        // Bytes between the first 1,024 and the last 256 are not looked at.
        fc.pre(offset <= 1280 || isPrefix);
        expect(isHeldBy(Buffer.from(other), cursor)).toBe(isPrefix);
        expect(await streamHolds(inPieces(Buffer.from(other), 100), cursor)).toBe(isPrefix);
        expect(isHeldBy(Buffer.from(one), cursor)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it('know a file of which nothing was read by its inode', () => {
    const cursor = cursorOf(Buffer.from('half'), 0);
    expect(isHeldBy(Buffer.from('other'), cursor)).toBe(true);
    expect(isHeldBy(Buffer.from('other'), { ...cursor, inode: cursor.inode + 1 })).toBe(false);
    const file = openRegularFile(log.path);
    expect(holds(file, unreadCursor(log.path, file.stat))).toBe(true);
    closeSync(file.fd);
  });

  it('do not hold a cursor that was made while the file was truncated', () => {
    writeFileSync(log.path, given);
    const file = openRegularFile(log.path);
    truncateSync(log.path);
    const cursor = cursorAt(file, 4000, 4000);
    closeSync(file.fd);
    expect(isHeldBy(given, cursor)).toBe(false);
  });
});
