/**
 * The access file of couriertcpd(1) in its text form: an address or network, a TAB, and `deny` or
 * `allow[,VAR[=VALUE]…]`. Keys are whole octets of IPv4 and, after a colon, whole groups of IPv6 with all their
 * zeros; `*` is everybody else.
 */

import { isNetwork, parseNetwork } from '../relay/network.ts';
import { groupsOf } from './ipv6-groups.ts';
import { badLine, type MergedLine, readMergedLines } from './merged-files.ts';
import type { Output } from './output.ts';

/** What to do by key, as makedat would store it. */
export type CourierRules = ReadonlyMap<string, string>;

/** Returns the key of a canonical address, or of an IPv6 network of whole groups. */
export function courierKey(form: string): string {
  if (!form.includes(':')) return form;
  return groupsOf(form)
    .map((group) => `:${group.padStart(4, '0')}`)
    .join('');
}

/** Reads the rules of all merged files. Throws a Failure at the first line that makedat would not take as meant. */
export function readCourierRules(output: Output): CourierRules {
  const rules = new Map<string, string>();
  for (const line of readMergedLines(output)) {
    if (line.text.trim() === '' || line.text.startsWith('#')) continue;
    const [, address, instructions] = /^(\S+)\t(\S.*)$/.exec(line.text) ?? [];
    if (address === undefined || instructions === undefined) {
      throw badLine(line, 'no address, one TAB, and allow or deny');
    }
    for (const key of keysOf(address, line)) {
      // makedat gives up where it meets a key again.
      if (rules.has(key)) throw badLine(line, `'${key}' has a line already`);
      rules.set(key, instructions);
    }
  }
  return rules;
}

/** Returns the keys of a network in CIDR notation, as `makedat -cidr` does; another key is its own. */
function keysOf(address: string, line: MergedLine): string[] {
  if (/^[\da-f.:]+-[\da-f.:]+$/i.test(address)) {
    throw badLine(line, 'a range cannot be merged; write it as networks');
  }
  if (!/^[\da-f.:]+\/\d+$/i.test(address)) return [address];
  const network = parseNetwork(address);
  if (!isNetwork(network)) throw badLine(line, network.reason);
  const unit = network.bytes.length === 4 ? 8 : 16;
  const units = Math.max(1, Math.ceil(network.prefix / unit));
  const bytes = network.bytes.slice(0, (units * unit) / 8);
  const count = 2 ** (units * unit - network.prefix);
  const first = bytes.slice(-unit / 8).reduce((value, byte) => value * 256 + byte, 0);
  return Array.from({ length: count }, (_, i) => keyOfUnits(bytes.slice(0, -unit / 8), first + i, unit));
}

function keyOfUnits(bytes: readonly number[], last: number, unit: number): string {
  if (unit === 8) return [...bytes, last].join('.');
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex}${last.toString(16).padStart(4, '0')}`.replace(/.{4}/g, ':$&');
}

/** Returns what couriertcpd would do with a key that has no rule of its own: the closest network's rule, or `*`. */
export function closestRule(rules: CourierRules, key: string): string | undefined {
  for (let part = shorter(key); part !== ''; part = shorter(part)) {
    const rule = rules.get(part);
    if (rule !== undefined) return rule;
  }
  return rules.get('*');
}

function shorter(key: string): string {
  return key.replace(/[.:]?[^.:]*$/, '');
}
