/** What a map type is: one file in this folder and one row in map-types.ts. */
import type { Output } from './output.ts';

/**
 * Makes one published file. It gets each relaying address (or network, with `ipv6-prefix`) once, in the order
 * of the relay table, and writes beside the map; nothing is in the map's place before {@link MapWriter.publish}.
 */
export interface MapWriter {
  /** Adds an address or network, canonical text; with the users whose logins let it in where the map is to name them. */
  add(address: string, users?: ReadonlySet<string>): void;
  /** Does what {@link MapWriter.add} does for addresses of one family, each with a newline after it, all at once. */
  addLines?(addresses: Uint8Array): void;
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
  /** A kind that messages show as an example, where there are kinds. */
  readonly usualKind?: string;
  /** Whether it holds networks, as `ipv6-prefix` below 128 makes; {@link MapType.refusal} may know limits. */
  readonly holdsNetworks: boolean;
  /** Words of its own after the path, as messages show them; `NAME=PATH` takes a file name, which is made absolute. */
  readonly options: readonly string[];
  /** The file that the MTA opens (`relay-hash.db` for `postmap hash:relay-hash`). */
  publishedPath(output: Output): string;
  /**
   * Returns why such a map cannot be, with what would serve instead; undefined if it can. It is asked whenever a
   * configuration is read: it starts no program and opens no file. `ipv6Prefix` is in bits.
   */
  refusal?(output: Output, ipv6Prefix: number): string | undefined;
  /** Returns why this host cannot make or use it: a program is missing, or was built without it. Starts programs. */
  hostRefusal?(output: Output): string | undefined;
  /** Returns the `output` line, without that word, of a map which serves the same MTA and takes no program of the host. */
  insteadOf?(output: Output): string;
  /** Files of the admin's that become part of the map: where one changes, the map has to be made anew. */
  sources?(output: Output): readonly string[];
  write(output: Output): MapWriter;
  /** Reads a published map back: canonical addresses and networks, in any order, those of merged files left out. */
  read(output: Output): Iterable<string>;
  /** Whether the published map lets an address or network relay, found without reading all of it. */
  has?(output: Output, address: string): boolean;
  /**
   * Returns how to tell which relaying addresses the map does not name: a merged file says otherwise of them, or the MTA
   * would read their key as that of others too.
   */
  leavesOut?(output: Output): (address: string) => boolean;
}
