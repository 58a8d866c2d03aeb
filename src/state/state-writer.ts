/** Writes a state file beside the old one: pairs in order, then the trailer. */
import { BufferedOutput } from '../maps/buffered-output.ts';
import { Replacement } from '../maps/replace-file.ts';
import type { Pair } from '../relay/pair.ts';
import type { Stretch } from '../relay/stretch.ts';
import { crc32 } from './crc32.ts';
import { formatPair } from './pair-line.ts';
import { stateHeader, stateTrailer } from './state-file.ts';
import { stateMode } from './state-paths.ts';
import type { StateReader } from './state-reader.ts';

/** The new state file; nothing is in the old one's place before {@link StateWriter.commit}. */
export class StateWriter {
  readonly #replacement: Replacement;
  readonly #output: BufferedOutput;
  #checksum = 0;
  #count = 0;

  constructor(path: string) {
    this.#replacement = new Replacement(path, { mode: stateMode, consequence: 'the old state stays in use' });
    this.#output = new BufferedOutput((bytes) => {
      this.#checksum = crc32(bytes, this.#checksum);
      this.#replacement.append(bytes);
    });
    this.#output.latin1(stateHeader);
  }

  /** Adds a pair as the reader found it. */
  keep(reader: StateReader): void {
    this.#count++;
    this.#output.bytes(reader.line());
  }

  /** Adds pairs as the reader found them. */
  keepStretch({ pairs, lines }: Stretch): void {
    this.#count += pairs;
    this.#output.bytes(lines);
  }

  /** Adds a pair. */
  write(pair: Pair): void {
    this.#count++;
    this.#output.bytes(Buffer.from(formatPair(pair)));
  }

  /** Completes and syncs the new file beside the old one. */
  finish(): void {
    this.#output.flush();
    this.#replacement.append(Buffer.from(stateTrailer(this.#count, this.#checksum)));
    this.#replacement.complete();
  }

  /** Puts it in the old one's place. */
  commit(): void {
    this.#replacement.commit();
  }

  /** Removes it; the old one stays. */
  discard(): void {
    this.#replacement.discard();
  }
}
