/** `exact dump --maps`: reads each published map back and says whether it agrees with the state. */

import type { Output } from '../config/settings.ts';
import { ExitStatus } from '../exit-status.ts';
import { typeOf } from '../maps/publisher.ts';
import { Failure, reasonOf } from '../problem.ts';
import { isIPv6Address } from '../relay/address.ts';
import { publishedForm } from '../relay/network.ts';
import { countWords } from '../terminal/words.ts';
import type { Table } from './dump.ts';
import type { Invocation } from './invocation.ts';

/** How a map compares with the state. */
interface Comparison {
  readonly map: string;
  readonly agrees: boolean;
  readonly addresses: number;
  /** Relays by the state, not in the map: those clients are refused. */
  readonly missing: readonly string[];
  /** In the map, does not relay by the state: the relay is open to them. */
  readonly extra: readonly string[];
  readonly trouble?: string;
}

/** Writes one line a map; exit status 1 if one does not agree. */
export function dumpMaps(invocation: Invocation, table: Table): ExitStatus {
  const { stdout } = invocation.world;
  const { outputs, ipv6Prefix } = table.settings;
  const relaying: string[] = [];
  table.visit((entry) => {
    if (entry.relays) relaying.push(entry.address);
  });
  let agrees = true;
  for (const output of outputs) {
    const comparison = compare(output, relaying, ipv6Prefix);
    agrees &&= comparison.agrees;
    if (invocation.has('json')) stdout.write(`${JSON.stringify(comparison)}\n`);
    else stdout.write(`${comparisonWords(comparison)}\n`);
  }
  return agrees ? ExitStatus.ok : ExitStatus.no;
}

function compare(output: Output, relaying: readonly string[], ipv6Prefix: number): Comparison {
  const type = typeOf(output);
  const map = `${output.type} ${type.publishedPath(output)}`;
  const wanted = new Set(
    relaying
      .filter(
        (address) => output.families === 'both' || isIPv6Address(address) === (output.families === 'ipv6'),
      )
      .map((address) => publishedForm(address, ipv6Prefix)),
  );
  let found: Set<string>;
  try {
    found = new Set(type.read(output));
  } catch (error) {
    const trouble = error instanceof Failure ? (error.problem.why ?? error.problem.what) : reasonOf(error);
    return { map, agrees: false, addresses: 0, missing: [...wanted], extra: [], trouble };
  }
  const missing = [...wanted].filter((address) => !found.has(address));
  const extra = [...found].filter((address) => !wanted.has(address));
  return { map, agrees: missing.length + extra.length === 0, addresses: found.size, missing, extra };
}

function comparisonWords({ map, agrees, addresses, missing, extra, trouble }: Comparison): string {
  const count = countWords(addresses, 'address', 'addresses');
  if (trouble !== undefined) return `${map}: cannot be read: ${trouble}`;
  if (agrees) return `${map}: agrees, ${count}`;
  const differences = [
    missing.length > 0 ? `lacks ${sample(missing)}` : '',
    extra.length > 0 ? `has ${sample(extra)}, which may not relay` : '',
  ];
  return `${map}: differs, ${count}: ${differences.filter(Boolean).join('; ')}; exact update publishes it anew`;
}

function sample(addresses: readonly string[]): string {
  const shown = addresses.slice(0, 3).join(', ');
  return addresses.length > 3 ? `${shown} and ${addresses.length - 3} more` : shown;
}
