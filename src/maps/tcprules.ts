/**
 * Map type `tcprules`: the rules of tcpserver for qmail, netqmail, notqmail and whatever else runs under it:
 *
 *     tcpserver -x /var/lib/exact/tcp.smtp.cdb … 0 smtp /var/qmail/bin/qmail-smtpd
 *
 * A cdb with the data `+RELAYCLIENT=` and NUL for each address, as tcprules(1) makes it, written without that
 * program. IPv6 keys are compressed (ucspi-tcp-ipv6); no networks, for which tcpserver takes a key that ends in a colon:
 * an address such as 2001:db8:7:: is left out, since all of 2001:db8:7::/64 would relay by it. tcpserver sees a new file at the next connection,
 * and while there is none it closes every connection.
 *
 * There is one such file, so the admin's own rules are merged (`merge=/etc/tcp.smtp`). Of the rule that a client
 * would meet without a login it keeps what that sets, and is let relay too, unless that rule denies; an address that
 * the admin's rules name keeps its rule alone. The option `rblsmtpd` sets RBLSMTPD to nothing as well, so that
 * rblsmtpd passes such a client on: dial-up addresses are on most of its lists.
 */

import { lookUpCdbFile, readCdbFile, writeCdbFile } from './cdb-file.ts';
import type { MapType, MapWriter } from './map-type.ts';
import { mergedPaths, mergeOption } from './merged-files.ts';
import type { Output } from './output.ts';
import { closestData, denial, readTcpRules, type TcpRules } from './tcp-rules.ts';

/** Returns the data for an address that may relay; undefined where it or the admin's rules keep it out. */
function dataFor(rules: TcpRules, address: string, variables: readonly string[]): string | undefined {
  if (isNetworkToo(address) || rules.dataOf.has(address)) return undefined;
  const closest = closestData(rules, address);
  if (closest.startsWith(denial)) return undefined;
  const added = variables.filter((name) => !sets(closest, name));
  return closest + added.map((name) => `+${name}=\0`).join('');
}

function isNetworkToo(address: string): boolean {
  return address.endsWith(':');
}

function variablesOf(output: Output): string[] {
  return ['RELAYCLIENT', ...(output.options.includes('rblsmtpd') ? ['RBLSMTPD'] : [])];
}

function sets(data: string, variable: string): boolean {
  return data.split('\0').some((part) => part.startsWith(`+${variable}=`));
}

function letsRelay(bytes: Buffer): boolean {
  const data = bytes.toString('latin1');
  return !data.startsWith(denial) && sets(data, 'RELAYCLIENT');
}

function writeTcpRules(output: Output): MapWriter {
  const rules = readTcpRules(output);
  const variables = variablesOf(output);
  const usual = Buffer.from(variables.map((name) => `+${name}=\0`).join(''), 'latin1');
  const file = writeCdbFile(output);
  for (const [address, data] of rules.records) file.put(address, Buffer.from(data, 'latin1'));
  return {
    add(address) {
      if (rules.records.length === 0 && !isNetworkToo(address)) return file.put(address, usual);
      const data = dataFor(rules, address, variables);
      if (data !== undefined) file.put(address, Buffer.from(data, 'latin1'));
    },
    finish: file.finish,
    publish: file.publish,
    discard: file.discard,
  };
}

function* readTcpMap(output: Output): Generator<string, void, undefined> {
  const { dataOf } = readTcpRules(output);
  for (const { key, value } of readCdbFile(output)) {
    const address = key.toString('latin1');
    if (!dataOf.has(address) && letsRelay(value)) yield address;
  }
}

/** The map type `tcprules`. */
export const tcprulesMap: MapType = {
  name: 'tcprules',
  summary: 'rules of tcpserver for qmail, merged with your own rules',
  hasKinds: false,
  holdsNetworks: false,
  options: [mergeOption, 'rblsmtpd'],
  publishedPath: (output) => output.path,
  sources: mergedPaths,
  write: writeTcpRules,
  read: readTcpMap,
  has(output, address) {
    const data = lookUpCdbFile(output, address);
    return data !== undefined && letsRelay(data);
  },
  leavesOut(output) {
    const rules = readTcpRules(output);
    return (address) => dataFor(rules, address, variablesOf(output)) === undefined;
  },
};
