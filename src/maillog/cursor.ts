/**
 * The cursor of one log file: how far it has been read, and what tells the file from others. Inodes are used again
 * at once (ext4 gave a log that was deleted and created anew the same inode in 5 of 5 tries), device numbers
 * change over reboots, a copy has another inode: so the file's own bytes decide, and the inode only breaks ties.
 */
import { createHash } from 'node:crypto';
import { readSync, type Stats } from 'node:fs';
import type { FileCursor } from '../state/maillog-cursor.ts';
import type { OpenFile } from './regular-file.ts';

/** Bytes at the start of a file, and before the offset, whose digests a cursor holds. */
const headLength = 1024;
const tailLength = 256;

/**
 * Returns the cursor of a file that has been read up to a byte offset, and looked at up to `seen`, under the name
 * where it stands now.
 */
export function cursorAt(file: OpenFile, offset: number, seen: number): FileCursor {
  return {
    path: file.path,
    inode: file.stat.ino,
    offset,
    seen,
    head: digest(bytesAt(file.fd, 0, headSize(offset))),
    tail: digest(bytesAt(file.fd, offset - tailSize(offset), tailSize(offset))),
    modified: modifiedAt(file.stat),
  };
}

/** Returns the cursor of a file of which nothing has been read, since it could not be opened. */
export function unreadCursor(path: string, stat: Stats): FileCursor {
  const nothing = digest(Buffer.alloc(0));
  return {
    path,
    inode: stat.ino,
    offset: 0,
    seen: 0,
    head: nothing,
    tail: nothing,
    modified: modifiedAt(stat),
  };
}

/** Reports whether a file is the one that a cursor was made of, or a copy: it holds the same bytes before the offset. */
export function holds(file: OpenFile, cursor: FileCursor): boolean {
  const { offset } = cursor;
  if (file.stat.size < offset) return false;
  // Nothing has been read of it: only the inode can tell.
  if (offset === 0) return file.stat.ino === cursor.inode;
  return (
    digest(bytesAt(file.fd, offset - tailSize(offset), tailSize(offset))) === cursor.tail &&
    digest(bytesAt(file.fd, 0, headSize(offset))) === cursor.head
  );
}

/** Reports the same as {@link holds} of a decompressed stream, of which it reads no more than it must. */
export async function streamHolds(pieces: AsyncIterable<Buffer>, cursor: FileCursor): Promise<boolean> {
  const { offset } = cursor;
  const head = Buffer.alloc(headSize(offset));
  const tail = Buffer.alloc(tailSize(offset));
  let isHeadKnown = false;
  let at = 0;
  for await (const piece of pieces) {
    copyShared(piece, at, head, 0);
    copyShared(piece, at, tail, offset - tail.length);
    at += piece.length;
    if (!isHeadKnown && at >= head.length) {
      if (digest(head) !== cursor.head) return false;
      isHeadKnown = true;
    }
    if (at >= offset) return digest(tail) === cursor.tail;
  }
  return false;
}

/** Copies the part of `piece`, which starts at offset `at` of a stream, that `target` at its own offset covers. */
function copyShared(piece: Buffer, at: number, target: Buffer, targetAt: number): void {
  const from = Math.max(at, targetAt);
  const to = Math.min(at + piece.length, targetAt + target.length);
  if (from < to) piece.copy(target, from - targetAt, from - at, to - at);
}

/** Returns the modification time of a file, Unix seconds with a fraction. */
export function modifiedAt(stat: Stats): number {
  return stat.mtimeMs / 1000;
}

function headSize(offset: number): number {
  return Math.min(offset, headLength);
}

function tailSize(offset: number): number {
  return Math.min(offset, tailLength);
}

function bytesAt(fd: number, offset: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, readSync(fd, bytes, 0, length, offset));
}

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('base64url').slice(0, 22);
}
