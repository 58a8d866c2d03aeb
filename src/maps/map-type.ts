/** What a map type is: one file in this folder and one row in map-types.ts. */
import type { Output } from '../config/settings.ts';

/**
 * Makes one published file. It gets each relaying address (or network, with `ipv6-prefix`) once, in the order
 * of the relay table, and writes beside the map; nothing is in the map's place before {@link MapWriter.publish}.
 */
export interface MapWriter {
  /** Adds an address or network, canonical text. */
  add(address: string): void;
  /** Completes and syncs the new file beside the old one, and returns the digest of what it holds. */
  finish(): string;
  /** Puts the new file in the old one's place, atomically. */
  publish(): void;
  /** Removes the new file; the old one stays. Does nothing after {@link MapWriter.publish}. */
  discard(): void;
}

/** A kind of relay table that some MTA looks up. */
export interface MapType {
  /** As in `output TYPE`. */
  readonly name: string;
  /** One line for messages and pages: which MTA, which lookup. */
  readonly summary: string;
  /** Whether the path is written `KIND:PATH`. */
  readonly hasKinds: boolean;
  /** Whether it holds networks, as `ipv6-prefix` below 128 makes. */
  readonly holdsNetworks: boolean;
  /** Words of its own after the path, as messages show them; `NAME=PATH` takes a file name, which is made absolute. */
  readonly options: readonly string[];
  /** The file that the MTA opens (`relay-hash.db` for `postmap hash:relay-hash`). */
  publishedPath(output: Output): string;
  /** Returns why this host cannot make such a map, with what would serve instead; undefined if it can. */
  refusal?(output: Output): string | undefined;
  write(output: Output): MapWriter;
  /** Reads a published map back: canonical addresses and networks, in any order. */
  read(output: Output): Iterable<string>;
}
