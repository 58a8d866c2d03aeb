/** What in Exim's ACLs refuses the table's clients before they are let relay: read, and asked by `exim -bh`. */
import { typeOf } from '../../maps/publisher.ts';
import { Failure } from '../../problem.ts';
import { type Address, isAddress, parseAddress } from '../../relay/address.ts';
import type { MtaFinding } from '../mta.ts';
import { earlierAccept } from './accept-fix.ts';
import { refusingStatements } from './acls.ts';
import type { EximLookup } from './lookups.ts';
import { holdSession, refusingStatement } from './play.ts';
import type { EximProgram } from './program.ts';

/** Of a network for examples: who asks as it, before anybody has logged in, is in no table. */
const madeUp = '203.0.113.1';

/** Looks at the ACLs of a configuration which look a map up. */
export function checkAcls(exim: EximProgram, config: string, lookup: EximLookup): MtaFinding[] {
  const { name } = lookup;
  // Lists of hosts that name the map are named in its place: relay_from_hosts.
  const lists = [...config.matchAll(/^\s*hostlist\s+(\w+)\s*=\s*(.*)$/gm)].flatMap(([, list, value = '']) =>
    value.includes(name) ? [`+${list}`] : [],
  );
  const words = [name, ...lists];
  const read = refusingStatements(config, ({ lines }) =>
    lines.some((line) => words.some((word) => line.includes(word))),
  );
  if (read.length === 0) return askedFindings(exim, lookup);
  const isCertain = read.some(({ severity }) => severity === 'refuses');
  const each = read.map(({ acl, phase, verb, condition, isBeforeLookup }) => {
    const where = `ACL ${acl}, of acl_smtp_${phase}${isBeforeLookup ? '' : ', which does not look it up'}`;
    return `${condition} (${verb}, ${where})`;
  });
  const verb = `${isCertain ? '' : 'may '}refuse${isCertain && read.length === 1 ? 's' : ''}`;
  const text = `looks up too late ${lookup.words}: ${each.join(', ')} ${verb} before`;
  return [{ level: isCertain ? 'FAIL' : 'WARN', text, ...earlierAccept(exim, lookup, read) }];
}

/** Somebody of the table is taken for the client; where there is nobody, it has at least to be looked for. */
function askedFindings({ program }: EximProgram, lookup: EximLookup): MtaFinding[] {
  const address = someoneIn(lookup);
  const said = { helo: 'laptop', sender: 'postmaster@localhost', recipient: 'somebody@remote.example' };
  const session = holdSession(program, { address: address ?? madeUp, ...said });
  const refused = session?.replies.find((reply) => /^[45]/.test(reply));
  if (session === undefined || refused === undefined) return [];
  if (address === undefined && session.trace.includes(lookup.name)) return [];
  const by = refusingStatement(session.trace) ?? refused;
  const reply = refused.replaceAll('\n', ' ');
  const text =
    address === undefined
      ? `refuses a client before it looks up ${lookup.words}: ${by}: ${reply}`
      : `refuses ${address}, which is in ${lookup.words}: ${by}: ${reply}`;
  return [{ level: 'FAIL', text, fix: `exact update --check --as ${address ?? madeUp}` }];
}

function someoneIn({ output }: EximLookup): Address | undefined {
  try {
    for (const form of typeOf(output).read(output)) {
      const address = parseAddress(form);
      if (isAddress(address)) return address;
    }
  } catch (error) {
    // That a map cannot be read is told elsewhere.
    if (!(error instanceof Failure)) throw error;
  }
  return undefined;
}
