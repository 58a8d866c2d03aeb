/**
 * All maps of a run: each gets every relaying address that it holds, is completed beside its old self, and is
 * put in its place only if what it says has changed. One map that fails stops no other.
 */
import { statSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { Failure } from '../problem.ts';
import type { Address } from '../relay/address.ts';
import { type FormOf, sameForm } from '../relay/published-form.ts';
import type { MapType, MapWriter } from './map-type.ts';
import { mapTypeNamed } from './map-types.ts';
import { familyOf, holdsFamily, type Output } from './output.ts';
import { namesUsers } from './user-values.ts';

/** Tells one version of a file from another without reading it. */
export interface FileIdentity {
  readonly inode: number;
  readonly size: number;
  /** Milliseconds, with fraction. */
  readonly modified: number;
}

/** A map as it was published. */
export interface PublishedMap extends FileIdentity {
  /** Digest of what it holds, in the terms of its type. */
  readonly digest: string;
  /** The admin's own files that are part of it, as they were when it was made. */
  readonly sources?: Readonly<Record<string, FileIdentity | null>>;
}

/** Returns the identity of a file, or undefined if there is none. */
export function identityOf(path: string): FileIdentity | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? undefined : { inode: stat.ino, size: stat.size, modified: stat.mtimeMs };
}

/** Whether two identities are of the same version of a file. */
export function isSameFile(a: FileIdentity | undefined, b: FileIdentity | undefined): boolean {
  return a?.inode === b?.inode && a?.size === b?.size && a?.modified === b?.modified;
}

/** Returns the type of an output's map; a configuration that was read names no other. */
export function typeOf(output: Output): MapType {
  const type = mapTypeNamed(output.type);
  if (type === undefined) throw new Error(`no map type '${output.type}'`);
  return type;
}

/** Returns the identities of the files that are merged into a map; undefined for a map that merges none. */
function sourcesOf(output: Output): PublishedMap['sources'] {
  const paths = typeOf(output).sources?.(output) ?? [];
  if (paths.length === 0) return undefined;
  return Object.fromEntries(paths.map((path) => [path, identityIfReadable(path)]));
}

/** Why a file cannot be read is told by whoever has to read it. */
function identityIfReadable(path: string): FileIdentity | null {
  try {
    return identityOf(path) ?? null;
  } catch {
    return null;
  }
}

/** Whether every map is in place as it was last published, and what was merged into it has not changed since. */
export function arePublished(
  outputs: readonly Output[],
  published: Readonly<Record<string, PublishedMap>>,
): boolean {
  return outputs.every((output) => {
    const path = typeOf(output).publishedPath(output);
    const known = published[path];
    return (
      known !== undefined &&
      isSameFile(identityOf(path), known) &&
      isDeepStrictEqual(known.sources, sourcesOf(output))
    );
  });
}

/** One map on its way. */
interface Work {
  readonly output: Output;
  /** Whether it gets users with the addresses. */
  readonly namesUsers: boolean;
  readonly path: string;
  /** Taken before they are read: what changes while they are is met by the next run. */
  readonly sources: PublishedMap['sources'];
  writer: MapWriter | undefined;
  digest: string;
}

/** Writes the maps of one run. */
export class Publisher {
  /** What could not be published. */
  readonly failures: Failure[] = [];
  /** Whether a map has been put in its place. */
  isChanged = false;
  readonly #works: Work[] = [];
  readonly #formOf: FormOf;
  #last = '';
  /** What was named last, whose users are not all known yet. */
  #named: { readonly form: string; readonly address: Address; readonly users: Set<string> } | undefined;

  /** Begins a new file for each output. */
  constructor(outputs: readonly Output[], formOf: FormOf) {
    this.#formOf = formOf;
    for (const output of outputs) {
      const type = typeOf(output);
      const path = type.publishedPath(output);
      const work: Work = {
        output,
        path,
        sources: sourcesOf(output),
        namesUsers: namesUsers(output),
        writer: undefined,
        digest: '',
      };
      this.#works.push(work);
      this.#attempt(work, () => {
        work.writer = type.write(output);
      });
    }
  }

  /** Whether a map names users, so that {@link Publisher.addUser} is to be told of each. */
  get namesUsers(): boolean {
    return this.#works.some((work) => work.namesUsers);
  }

  /** Adds a user whose login lets an address relay to the maps that name users; addresses come in the table's order. */
  addUser(address: Address, user: string): void {
    const form = this.#formOf(address);
    if (this.#named?.form !== form) {
      this.#addNamed();
      this.#named = { form, address, users: new Set() };
    }
    this.#named?.users.add(user);
  }

  /** All users of an address are known once the next comes. */
  #addNamed(): void {
    const named = this.#named;
    if (named === undefined) return;
    const family = familyOf(named.address);
    for (const work of this.#works) {
      if (!work.namesUsers || !holdsFamily(work.output, family)) continue;
      this.#attempt(work, (writer) => writer?.add(named.form, named.users));
    }
  }

  /** Adds a relaying address to every map that holds its family; addresses come in the table's order. */
  add(address: Address): void {
    const form = this.#formOf(address);
    if (form === this.#last) return; // the next address of one published network
    this.#last = form;
    const family = familyOf(address);
    for (const work of this.#works) {
      if (work.namesUsers || !holdsFamily(work.output, family)) continue;
      // As #attempt() does, without a function for each of perhaps a million addresses.
      try {
        work.writer?.add(form);
      } catch (error) {
        this.#giveUp(work, error);
      }
    }
  }

  /** Does what {@link Publisher.add} does for addresses of one family, each with a newline after it. */
  addLines(addresses: Uint8Array, isIPv6: boolean): void {
    const each = () => Buffer.from(addresses).toString('latin1').split('\n').slice(0, -1);
    if (this.#formOf !== sameForm && isIPv6) {
      for (const address of each()) this.add(address);
      return;
    }
    for (const work of this.#works) {
      if (work.namesUsers || !holdsFamily(work.output, isIPv6 ? 'ipv6' : 'ipv4')) continue;
      this.#attempt(work, (writer) => {
        if (writer?.addLines !== undefined) writer.addLines(addresses);
        else if (writer !== undefined) for (const address of each()) writer.add(address);
      });
    }
  }

  /** Completes every new file beside its old one. */
  finish(): void {
    this.#addNamed();
    for (const work of this.#works) {
      this.#attempt(work, (writer) => {
        work.digest = writer?.finish() ?? '';
      });
    }
  }

  /**
   * Puts each new file in its place unless the one there says the same and nobody has touched it since it was
   * published; `force` replaces it all the same. Returns the maps as they now are; one that failed is not
   * among them, so that the next run tries again.
   */
  publish(before: Readonly<Record<string, PublishedMap>>, force: boolean): Record<string, PublishedMap> {
    const after: Record<string, PublishedMap> = {};
    for (const work of this.#works) {
      const { path, digest } = work;
      const sources = work.sources === undefined ? {} : { sources: work.sources };
      this.#attempt(work, (writer) => {
        if (writer === undefined) return;
        const old = before[path];
        if (!force && old?.digest === digest && isSameFile(identityOf(path), old)) {
          writer.discard();
          const { inode, size, modified } = old;
          after[path] = { inode, size, modified, digest, ...sources };
          return;
        }
        writer.publish();
        this.isChanged = true;
        const identity = identityOf(path);
        if (identity !== undefined) after[path] = { ...identity, digest, ...sources };
      });
    }
    return after;
  }

  /** Removes every new file that is not in its place. */
  discard(): void {
    for (const { writer } of this.#works) writer?.discard();
  }

  #attempt(work: Work, step: (writer: MapWriter | undefined) => void): void {
    try {
      step(work.writer);
    } catch (error) {
      this.#giveUp(work, error);
    }
  }

  #giveUp(work: Work, error: unknown): void {
    if (!(error instanceof Failure)) throw error;
    work.writer?.discard();
    work.writer = undefined;
    this.failures.push(error);
  }
}
