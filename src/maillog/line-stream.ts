/** Whole lines from a stream of bytes (standard input, a decompressor), in bounded memory. */
import type { Chunk } from './chunk.ts';
import { blockSize, chunkOf, leadingNuls, moveOn, passOver, type ReadPosition } from './read-position.ts';

const newline = 0x0a;
const nothing = Buffer.alloc(0);

/**
 * Yields the lines of a stream; `reading.offset` follows as they are consumed. Bytes after the last newline are
 * a line only where `isFinished` says that nothing will complete them. NUL runs and long lines as in readLines().
 */
export async function* linesOf(
  pieces: AsyncIterable<Buffer>,
  reading: ReadPosition,
  isFinished: boolean,
): AsyncGenerator<Chunk> {
  /** The start of a line whose end has not come; of a line that is too long, `passed` counts its bytes. */
  let half = nothing;
  let passed = 0;
  for await (const piece of pieces) {
    let start = 0;
    if (half.length > 0 || passed > 0) {
      start = piece.indexOf(newline) + 1;
      if (passed + half.length + (start || piece.length) > blockSize) {
        passed += half.length + (start || piece.length);
        half = nothing;
      }
      if (start === 0) {
        if (passed === 0) half = Buffer.concat([half, piece]);
        continue;
      }
      if (passed > 0) passOver(reading, reading.offset + passed);
      else yield* consume(reading, Buffer.concat([half, piece.subarray(0, start)]));
      half = nothing;
      passed = 0;
    }
    const end = piece.lastIndexOf(newline) + 1;
    if (end > start) yield* consume(reading, piece.subarray(start, end));
    const rest = Math.max(start, end);
    const nuls = leadingNuls(piece, rest, piece.length);
    reading.offset += nuls;
    half = Buffer.from(piece.subarray(rest + nuls));
  }
  if (isFinished && half.length > 0) yield* consume(reading, half);
}

function* consume(reading: ReadPosition, lines: Buffer): Generator<Chunk> {
  const nuls = leadingNuls(lines, 0, lines.length);
  const chunk = chunkOf(reading, lines, nuls, lines.length);
  if (nuls < lines.length) yield chunk;
  moveOn(reading, chunk, nuls);
}
