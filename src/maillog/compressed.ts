/**
 * Compressed logs as streams of plain bytes: gzip by zlib, the others by their own programs where they are
 * installed. No shell is started, and no name from a directory becomes an argument.
 */
import { readSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { ExitStatus } from '../exit-status.ts';
import { errnoOf, Failure, type Problem, reasonOf } from '../problem.ts';
import { blockSize, type OnRead } from './read-position.ts';
import type { OpenFile } from './regular-file.ts';

/** A compressed form, by the ending of its file names. */
export type Compression = 'gz' | 'bz2' | 'xz' | 'zst' | 'lz4';

/** First bytes: RFC 1952 section 2.3.1; bzip2(1); xz-file-format 2.1.1.1; RFC 8878 section 3.1.1; LZ4 frames. */
const magics: readonly (readonly [Compression, Buffer])[] = [
  ['gz', Buffer.from([0x1f, 0x8b])],
  ['bz2', Buffer.from('BZh')],
  ['xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00])],
  ['zst', Buffer.from([0x28, 0xb5, 0x2f, 0xfd])],
  ['lz4', Buffer.from([0x04, 0x22, 0x4d, 0x18])],
];

/** The program of each form, and the Debian package that has it. */
const programs: Readonly<Record<Compression, readonly [name: string, debianPackage: string]>> = {
  gz: ['gzip', 'gzip'],
  bz2: ['bzip2', 'bzip2'],
  xz: ['xz', 'xz-utils'],
  zst: ['zstd', 'zstd'],
  lz4: ['lz4', 'lz4'],
};

/** How gzip(1) ends where it has given all that it could make out, and something stands behind that is none of it. */
const gzipWarning = 2;

/** How a file is decompressed. */
export interface DecompressOptions {
  /** Where programs are looked for. */
  readonly searchPath?: string;
  readonly onRead?: OnRead | undefined;
}

/** Returns how a file is compressed, by the ending of its name; undefined: not at all, as far as that tells. */
export function compressionNamed(name: string): Compression | undefined {
  return magics.find(([compression]) => name.endsWith(`.${compression}`))?.[0];
}

/** Returns how a file is compressed, by its first bytes; undefined: not at all. */
export function compressionOf({ fd }: OpenFile): Compression | undefined {
  const start = Buffer.alloc(6);
  readSync(fd, start, 0, start.length, 0);
  return magics.find(([, magic]) => magic.equals(start.subarray(0, magic.length)))?.[0];
}

/**
 * Yields the plain bytes of a compressed file. Throws a {@link Failure} after what could be decompressed, if the
 * file is damaged or cut, or its program is not found. The file stays open.
 */
export async function* decompress(
  file: OpenFile,
  compression: Compression,
  { searchPath = '/usr/local/bin:/usr/bin:/bin', onRead }: DecompressOptions = {},
): AsyncGenerator<Buffer> {
  try {
    yield* compression === 'gz'
      ? gunzip(file, searchPath, onRead)
      : pipeThrough(file, compression, searchPath, onRead);
  } catch (error) {
    throw error instanceof Failure ? error : new Failure(damaged(file.path, damageOf(error)));
  }
}

/** The bytes of a file as a stream, one block ahead at most. */
async function packedBytes({ fd }: OpenFile, onRead?: OnRead): Promise<Readable> {
  const { Readable } = await import('node:stream');
  return Readable.from(blocksOf(fd, onRead), { highWaterMark: 1 });
}

/** Yields the bytes of a file. (A ReadStream would close its descriptor when it is destroyed.) */
function* blocksOf(fd: number, onRead?: OnRead): Generator<Buffer> {
  for (let offset = 0; ; ) {
    const block = Buffer.allocUnsafe(blockSize);
    const length = readSync(fd, block, 0, blockSize, offset);
    if (length === 0) return;
    yield block.subarray(0, length);
    offset += length;
    onRead?.(length);
  }
}

/**
 * zlib takes garbage behind the end for damage, and keeps the last of the lines before it to itself. gzip(1), where it
 * is there, tells one from the other, and gives those lines too.
 */
async function* gunzip(file: OpenFile, searchPath: string, onRead?: OnRead): AsyncGenerator<Buffer> {
  let given = 0;
  try {
    for await (const piece of byZlib(file, onRead)) {
      given += piece.length;
      yield piece;
    }
  } catch (error) {
    if (errnoOf(error) !== 'Z_DATA_ERROR' || !(await isWholeGzip(file, searchPath))) throw error;
    for await (const piece of pipeThrough(file, 'gz', searchPath)) {
      yield piece.subarray(Math.min(given, piece.length));
      given = Math.max(0, given - piece.length);
    }
  }
}

/** Reports whether gzip(1) finds nothing wrong with a file but garbage behind its end. */
async function isWholeGzip({ fd }: OpenFile, searchPath: string): Promise<boolean> {
  const { spawnSync } = await import('node:child_process');
  // The place of the descriptor is the start of the file: all that is read here says from where.
  const { status } = spawnSync('gzip', ['-t'], {
    stdio: [fd, 'ignore', 'ignore'],
    env: { PATH: searchPath },
  });
  return status === 0 || status === gzipWarning;
}

async function* byZlib(file: OpenFile, onRead?: OnRead): AsyncGenerator<Buffer> {
  const { createGunzip } = await import('node:zlib');
  const packed = await packedBytes(file, onRead);
  const plain = createGunzip({ chunkSize: blockSize });
  packed.on('error', (error) => plain.destroy(error));
  try {
    yield* packed.pipe(plain);
  } finally {
    plain.destroy();
    packed.destroy();
  }
}

async function* pipeThrough(
  file: OpenFile,
  compression: Compression,
  searchPath: string,
  onRead?: OnRead,
): AsyncGenerator<Buffer> {
  const { path } = file;
  const packed = await packedBytes(file, onRead);
  const { spawn } = await import('node:child_process');
  const [program, debianPackage] = programs[compression];
  const child = spawn(program, ['-dc'], {
    env: { PATH: searchPath },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null | Error>((resolve) => {
    child.on('error', resolve);
    child.on('close', resolve);
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(0, 200);
  });
  packed.on('error', () => child.kill());
  // EPIPE: the program has ended early, and says why itself.
  child.stdin.on('error', () => {});
  packed.pipe(child.stdin);
  try {
    yield* child.stdout;
    const end = await ended;
    if (errnoOf(end) === 'ENOENT') throw new Failure(missing(path, program, debianPackage));
    if (compression === 'gz' && end === gzipWarning) return;
    if (end !== 0) throw new Failure(damaged(path, complaint.trim().split('\n')[0] || `${program} failed`));
  } finally {
    child.kill();
    packed.destroy();
  }
}

function damageOf(error: unknown): string {
  const code = errnoOf(error);
  if (code === 'Z_BUF_ERROR') return 'the compressed data is cut short';
  return code?.startsWith('Z_') ? 'the compressed data is damaged' : reasonOf(error);
}

function damaged(path: string, why: string): Problem {
  return {
    status: ExitStatus.noInput,
    where: path,
    what: 'cannot decompress all of it',
    why,
    consequence: 'the lines before the damage were read',
  };
}

function missing(path: string, program: string, debianPackage: string): Problem {
  return {
    status: ExitStatus.noInput,
    where: path,
    what: 'cannot decompress',
    why: `${program} is not installed`,
    consequence: 'its lines are passed over',
    fix: `apt install ${debianPackage}`,
  };
}
