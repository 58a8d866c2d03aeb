/**
 * Revocations: `exact expire WHAT` ends what is in the table and voids the logins that led to it, so that no
 * second reading of the log brings them back; with `--for` it also refuses the logins to come.
 */
import type { Address } from './address.ts';
import { isNetwork, type Network, parseNetwork } from './network.ts';
import { indexNetworks } from './network-index.ts';
import { foldUser } from './pair.ts';

/** What is revoked, by whom and until when. Times are Unix seconds. */
export interface Revocation {
  readonly kind: 'network' | 'user' | 'all';
  /** A network or address, canonical; a user in lower case; `*` for all. */
  readonly what: string;
  /** Logins stamped up to this are void. */
  readonly at: number;
  /** Logins stamped before this are refused too; equal to `at` without `--for`. */
  readonly until: number;
  /** Who revoked: a login name. */
  readonly by: string;
}

/** Gives the revocation that voids the logins of a pair, the furthest-reaching of them. */
export interface VoidUntil {
  (address: Address, user: string): Revocation | undefined;
  /** Networks and addresses whose coming logins are refused at `now`, Unix seconds. */
  refusedNetworks?(now: number): Network[];
}

/** Returns the instant up to which, inclusive, logins that a revocation covers are void. */
export function voidUpTo(revocation: Revocation): number {
  return Math.max(revocation.at, revocation.until - 1);
}

/**
 * Prepares revocations for looking up. The result gives, of those that cover a pair, the one that reaches
 * furthest; undefined if none covers it.
 */
export function indexRevocations(revocations: readonly Revocation[]): VoidUntil {
  const users = new Map<string, Revocation>();
  const addresses = new Map<string, Revocation>();
  const networks: { network: Network; revocation: Revocation }[] = [];
  let all: Revocation | undefined;
  for (const revocation of revocations) {
    if (revocation.kind === 'all') all = further(all, revocation);
    else if (revocation.kind === 'user') keepFurther(users, revocation);
    else if (!revocation.what.includes('/')) keepFurther(addresses, revocation);
    else {
      const network = parseNetwork(revocation.what);
      if (isNetwork(network)) networks.push({ network, revocation });
    }
  }
  if (revocations.length === 0) return () => undefined;
  // The first that an address is found in is then the one that reaches furthest.
  networks.sort((a, b) => voidUpTo(b.revocation) - voidUpTo(a.revocation));
  const networkHolding = indexNetworks(networks, ({ network }) => network);
  const voidUntil: VoidUntil = (address, user) => {
    const found = further(further(all, addresses.get(address)), users.get(foldUser(user)));
    return further(found, networkHolding(address)?.revocation);
  };
  voidUntil.refusedNetworks = (now) =>
    revocations
      .filter(({ kind, until }) => kind === 'network' && until > now)
      .map(({ what }) => parseNetwork(what))
      .filter(isNetwork);
  return voidUntil;
}

function keepFurther(index: Map<string, Revocation>, revocation: Revocation): void {
  const kept = further(index.get(revocation.what), revocation);
  if (kept !== undefined) index.set(revocation.what, kept);
}

function further(a: Revocation | undefined, b: Revocation | undefined): Revocation | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return voidUpTo(a) >= voidUpTo(b) ? a : b;
}

/**
 * Returns the revocations that still matter at `now`: a revocation may be forgotten only when no reading of
 * the log, a rebuild's either, can meet a login that it voids. `memory` is how far back such a reading goes, in
 * seconds.
 */
export function stillNeeded(revocations: readonly Revocation[], now: number, memory: number): Revocation[] {
  return revocations.filter((revocation) => voidUpTo(revocation) + memory > now);
}

/** Adds a revocation; one of the same kind and subject is widened, never narrowed. */
export function addRevocation(revocations: readonly Revocation[], added: Revocation): Revocation[] {
  const same = revocations.find((old) => old.kind === added.kind && old.what === added.what);
  if (same === undefined) return [...revocations, added];
  const merged = { ...added, at: Math.max(same.at, added.at), until: Math.max(same.until, added.until) };
  return revocations.map((old) => (old === same ? merged : old));
}

/** Ends a refusal of coming logins; what was void stays void. */
export function endRefusal(revocation: Revocation, now: number): Revocation {
  return { ...revocation, until: Math.min(revocation.until, now), at: Math.min(revocation.at, now) };
}
