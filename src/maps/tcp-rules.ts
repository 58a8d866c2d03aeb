/**
 * Rules of tcpserver, as tcprules(1) compiles them into a cdb: `ADDRESS:allow,VAR="VALUE"` or `ADDRESS:deny`. A
 * record's key is the address, its data `D` and NUL for a refusal, then `+VAR=VALUE` and NUL for each variable.
 */

import { badLine, type MergedLine, readMergedLines } from './merged-files.ts';
import type { Output } from './output.ts';

/** Data by address, in the order of the lines; of two records of one key a lookup finds the first. */
export interface TcpRules {
  readonly records: readonly (readonly [address: string, data: string])[];
  /** The data that a lookup of an address finds. */
  readonly dataOf: ReadonlyMap<string, string>;
}

/** What refuses a connection. */
export const denial = 'D\0';

/** Reads the rules of all merged files. Throws a Failure at the first line that tcprules would not take. */
export function readTcpRules(output: Output): TcpRules {
  const records: [string, string][] = [];
  const dataOf = new Map<string, string>();
  for (const line of readMergedLines(output)) {
    const text = line.text.replace(/[ \t]+$/, '');
    if (text === '' || text.startsWith('#')) continue;
    const [, addresses, instructions] = /^(.*?):((?:allow|deny).*)$/.exec(text) ?? [];
    if (addresses === undefined || instructions === undefined) {
      throw badLine(line, 'no ADDRESS:allow or ADDRESS:deny');
    }
    const data = dataOfInstructions(instructions, line);
    for (const address of addressesIn(addresses, line)) {
      records.push([address, data]);
      if (!dataOf.has(address)) dataOf.set(address, data);
    }
  }
  return { records, dataOf };
}

function dataOfInstructions(text: string, line: MergedLine): string {
  const isDenial = text.startsWith('deny');
  let data = isDenial ? denial : '';
  let rest = text.slice(isDenial ? 'deny'.length : 'allow'.length);
  while (rest !== '') {
    // Any character may quote the value; it stands before and after it.
    const [whole, name, , value] = /^,([^=]*)=(.)((?:(?!\2).)*)\2/.exec(rest) ?? [];
    if (whole === undefined) throw badLine(line, `'${rest}' is not ,VAR="VALUE"`);
    data += `+${name}=${value}\0`;
    rest = rest.slice(whole.length);
  }
  return data;
}

/** `1.2.3.37-53` is 1.2.3.37 to 1.2.3.53, and `10.2-3.` is `10.2.` and `10.3.`; names and users have no ranges. */
function addressesIn(text: string, line: MergedLine): string[] {
  if (!text.includes('-') || /[=@]/.test(text)) return [text];
  const [, head = '', first, last, tail = ''] = /^((?:.*?\.)?)([^.-]*)-([^.]*)(.*)$/.exec(text) ?? [];
  if (!/^\d+$/.test(first ?? '') || !/^\d+$/.test(last ?? '')) throw badLine(line, 'no range of numbers');
  const count = Math.min(Number(last), 255) - Number(first) + 1;
  return Array.from({ length: Math.max(count, 0) }, (_, i) => `${head}${Number(first) + i}${tail}`);
}

/**
 * Returns the data of the closest rule that tcpserver finds by a part of an address: shorter and shorter ones that
 * end in a dot (of IPv6, in the one of Debian, in a colon), at last the empty one. '' where there is none: allowed.
 */
export function closestData({ dataOf }: TcpRules, address: string): string {
  for (let end = address.length - 1; end > 0; end--) {
    const data = /[.:]/.test(address.charAt(end - 1)) ? dataOf.get(address.slice(0, end)) : undefined;
    if (data !== undefined) return data;
  }
  return dataOf.get('') ?? '';
}
