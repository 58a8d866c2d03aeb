/** The ACLs of Exim's configuration as `exim -bP config` prints it, and what in them refuses clients for what they are. */

/** A statement of an ACL: `deny dnslists = dialup.example`. */
export interface AclStatement {
  readonly verb: string;
  /** Its conditions and modifiers, as they are printed: `dnslists = dialup.example`. */
  readonly lines: readonly string[];
}

/** A statement that refuses. */
export interface RefusingStatement {
  /** The ACL in which it stands. */
  readonly acl: string;
  /** When that is asked: `rcpt`. */
  readonly phase: string;
  readonly verb: string;
  /** The condition by which it refuses. */
  readonly condition: string;
  /** How sure it is: for a client on a dialler's line, or for one that comes often, or for the first time. */
  readonly severity: 'refuses' | 'may refuse';
  /** Whether the lookup stands in the same ACL, too late. */
  readonly isBeforeLookup: boolean;
}

/** What is asked before a recipient is taken, in this order. */
const phases = ['connect', 'helo', 'mail', 'rcpt'];

const statement = /^\s*(accept|defer|deny|discard|drop|require|warn)\b\s*(.*)$/;

/** Refuse an address that a provider gives to whoever dials in: it is listed, it has no name, its HELO is none. */
const certain = /^(?:dnslists\s*=|!\s*verify\s*=\s*(?:reverse_host_lookup|helo)\b)/;

/** Refuse who comes too often, or for the first time, as greylistd does by a socket. */
const possible = /^(?:ratelimit\s*=|condition\s*=.*\$\{readsocket\{)/;

/** Returns the statements of the ACLs, by name. */
function aclsOf(config: string): Map<string, AclStatement[]> {
  const acls = new Map<string, AclStatement[]>();
  const [, section = ''] = /^\s*begin acl\s*\n([\s\S]*?)(?=^\s*begin \w+\s*$|(?![\s\S]))/m.exec(config) ?? [];
  let acl: { verb: string; lines: string[] }[] = [];
  for (const line of section.split('\n')) {
    const [, name] = /^\s*([\w.-]+):\s*$/.exec(line) ?? [];
    const [, verb, rest = ''] = statement.exec(line) ?? [];
    if (name !== undefined) {
      acl = [];
      acls.set(name, acl);
    } else if (verb !== undefined) acl.push({ verb, lines: rest === '' ? [] : [rest.trim()] });
    else if (line.trim() !== '' && !/^\s*#/.test(line)) acl.at(-1)?.lines.push(line.trim());
  }
  return acls;
}

/** Returns the first statement of each ACL that refuses clients before one accepts those whom `isOurs` knows. */
export function refusingStatements(
  config: string,
  isOurs: (statement: AclStatement) => boolean,
): RefusingStatement[] {
  const acls = aclsOf(config);
  return phases.flatMap((phase) => {
    const acl = new RegExp(`^\\s*acl_smtp_${phase}\\s*=\\s*(\\S+)\\s*$`, 'm').exec(config)?.[1] ?? '';
    const all = acls.get(acl) ?? [];
    const lookup = all.findIndex((each) => each.verb === 'accept' && isOurs(each));
    for (const each of all.slice(0, lookup < 0 ? all.length : lookup)) {
      // Who is named in it is meant by it: `!hosts = /var/lib/exact/relay.txt`.
      if (isOurs(each)) continue;
      const found = refusalBy(each);
      if (found !== undefined)
        return [{ acl, phase, verb: each.verb, isBeforeLookup: lookup >= 0, ...found }];
    }
    return [];
  });
}

function refusalBy({
  verb,
  lines,
}: AclStatement): Pick<RefusingStatement, 'condition' | 'severity'> | undefined {
  const conditions =
    verb === 'require'
      ? lines.map(negated)
      : ['deny', 'defer', 'drop', 'discard'].includes(verb)
        ? lines
        : [];
  const at = (pattern: RegExp) => conditions.findIndex((each) => pattern.test(each));
  const index = at(certain);
  if (index >= 0) return { condition: lines[index] ?? '', severity: 'refuses' };
  const other = at(possible);
  return other < 0 ? undefined : { condition: lines[other] ?? '', severity: 'may refuse' };
}

/** `require verify = helo` refuses whom `deny !verify = helo` refuses. */
function negated(line: string): string {
  return line.startsWith('!') ? line.slice(1).trim() : `!${line}`;
}
