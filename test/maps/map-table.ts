/** What tests of map types share: an output in a temporary folder, and a map of some addresses in its place. */
import { join } from 'node:path';
import fc from 'fast-check';
import type { MapType } from '../../src/maps/map-type.ts';
import type { Output } from '../../src/maps/output.ts';
import { Failure } from '../../src/problem.ts';
import { problemText } from '../../src/terminal/problem-text.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** Returns an output of a type, in a folder of its own unless a path is given. */
export function outputOf(type: MapType, rest: Partial<Output> = {}): Output {
  return {
    type: type.name,
    path: rest.path ?? join(temporaryFolder(), 'relay'),
    kind: '',
    families: 'both',
    mode: 0o644,
    options: [],
    origin: 'exact.conf:1',
    ...rest,
  };
}

/** Publishes a map of addresses and networks, given in the order of the table, and returns its digest. */
export function publish(type: MapType, output: Output, forms: readonly string[]): string {
  const writer = type.write(output);
  for (const form of forms) writer.add(form);
  const digest = writer.finish();
  writer.publish();
  return digest;
}

/** Returns the line that tells a failure, or throws what is none; '' where nothing failed. */
export function failureOf(step: () => unknown): string {
  try {
    const result = step();
    // A generator fails when it is asked.
    if (typeof result === 'object' && result !== null && Symbol.iterator in result) void [...(result as [])];
    return '';
  } catch (error) {
    if (error instanceof Failure) return problemText(error.problem);
    throw error;
  }
}

/** Bits of an IPv6 group. */
const groupBits = 16;

/** The first group of an address that is for many (RFC 4291, 2.7): no client has one. */
const multicast = 0xff00;

/** The groups of IPv6 addresses, many of them with runs of zeros; none is an IPv4 address in the form of IPv6. */
const groups = fc
  .array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff })), { minLength: 8, maxLength: 8 })
  .filter(([first = 0, second = 0, third = 0]) => first < multicast && first + second + third > 0);

/** Addresses that a client can have: not those of this network, those for many, nor those that are kept free (RFC 6890). */
const ipv4 = fc.ipV4().filter((text) => Number(text.split('.')[0]) > 0 && Number(text.split('.')[0]) < 224);

/** Returns the canonical text of IPv6 groups (RFC 5952), as the URL parser of Node writes it. */
function textOf(each: readonly number[]): string {
  const text = each.map((group) => group.toString(16)).join(':');
  return new URL(`http://[${text}]/`).hostname.slice(1, -1);
}

/** Returns the network of IPv6 groups, or with a prefix of 128 bits the address. */
function networkText(each: readonly number[], prefix: number): string {
  const masked = each.map((group, index) => {
    const free = Math.min(groupBits, Math.max(0, (index + 1) * groupBits - prefix));
    return group - (group % 2 ** free);
  });
  return prefix === 128 ? textOf(masked) : `${textOf(masked)}/${prefix}`;
}

/** Canonical client addresses, IPv4 and IPv6, many of these with runs of zeros. */
export const address = fc.oneof(ipv4, groups.map(textOf));

/** Addresses of both families, and IPv6 networks where the prefix is below 128 bits, each once. */
export function forms(prefix: number): fc.Arbitrary<string[]> {
  const form = fc.oneof(
    ipv4,
    groups.map((each) => networkText(each, prefix)),
  );
  return fc.uniqueArray(form, { maxLength: 40 });
}
