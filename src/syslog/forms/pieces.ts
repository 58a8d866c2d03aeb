/**
 * Lines that a container engine has cut: Kubernetes' CRI marks the pieces with P and the last with F, Docker's json-file
 * has the line end in the last alone. They are put together, since the second piece begins with whatever stood at the
 * cut, which a client may have chosen: it is no beginning of a line.
 */
import type { Printed } from '../../maillog/printed.ts';
import { longestLine } from '../longest-line.ts';
import { isoStamp } from './grammar.ts';

const cri = new RegExp(`^(${isoStamp} (stdout|stderr) )([FP])((?::\\S*)? )`);

/** Characters of a line that are kept: one of so many is too long. */
const mostKept = longestLine + 1;

/** A piece: which stream it is of, what it says, and the line that the whole is when it ends the line. */
interface Piece {
  readonly stream: string;
  readonly text: string;
  readonly isLast: boolean;
  readonly whole: (text: string) => string;
}

/** Streams in the middle of a line that are remembered; the oldest goes first, since a process may have died there. */
const mostOpen = 1000;

/** Puts the pieces of one log together. */
export class Pieces {
  /** By stream what has come of a line that goes on; undefined where its beginning is not known. */
  readonly #open = new Map<string, string | undefined>();

  /** The streams in the middle of a line. */
  get streams(): readonly string[] {
    return [...this.#open.keys()];
  }

  /** Takes up that a stream is in the middle of a line whose beginning is not known. */
  lose(stream: string): void {
    this.#open.delete(stream);
    this.#open.set(stream, undefined);
    if (this.#open.size <= mostOpen) return;
    const [oldest = ''] = this.#open.keys();
    this.#open.delete(oldest);
  }

  /** Reports whether an entry of the journal is a piece of a line; it may be too long to be put together. */
  hasPiece({ stream, isCut, hasRest }: Printed): boolean {
    const isRest = stream !== '' && this.#open.delete(stream);
    if (hasRest) this.lose(stream);
    return isCut || isRest;
  }

  /** Forgets all: another log begins. */
  clear(): void {
    this.#open.clear();
  }

  /**
   * Returns the line that ends with this one; undefined for a piece of one that goes on, or whose beginning is lost. Of one
   * that is too long it returns enough to tell that, and whose it is.
   */
  join(line: string): string | undefined {
    const piece = pieceOf(line);
    if (piece === undefined) return line;
    const { stream, text, isLast, whole } = piece;
    const isRest = this.#open.has(stream);
    const before = isRest ? this.#open.get(stream) : '';
    const joined = before === undefined ? undefined : (before + text).slice(0, mostKept);
    if (!isLast) {
      this.#open.set(stream, joined);
      return undefined;
    }
    this.#open.delete(stream);
    if (!isRest) return line;
    return joined === undefined ? undefined : whole(joined);
  }
}

function pieceOf(given: string): Piece | undefined {
  // A byte order mark may stand before the first line.
  const line = given.replace(/^\ufeff/, '');
  if (line.startsWith('{"log":')) return dockerPiece(line);
  if (line[10] !== 'T') return undefined;
  const [begin = '', before = '', stream = '', mark, after = ''] = cri.exec(line) ?? [];
  if (mark === undefined) return undefined;
  const text = line.slice(begin.length);
  return { stream, text, isLast: mark === 'F', whole: (all) => `${before}F${after}${all}` };
}

/** Docker's driver writes these three names, and `attrs` between if it is told to. */
function dockerPiece(line: string): Piece | undefined {
  try {
    const { log, stream, time } = JSON.parse(line);
    if (typeof log !== 'string' || typeof stream !== 'string') return undefined;
    return {
      stream,
      text: log,
      isLast: log.endsWith('\n'),
      whole: (all) => JSON.stringify({ log: all, stream, time }),
    };
  } catch {
    return undefined;
  }
}
