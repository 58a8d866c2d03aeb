/**
 * From servers files and the `server` settings to the rules of a run: the built-in catalog, what replaces it, what
 * is selected.
 */
import { ExitStatus } from '../exit-status.ts';
import type { Problem } from '../problem.ts';
import { builtInRule } from './built-in.ts';
import catalog from './catalog/exact-servers.conf';
import { compileStanza } from './compile.ts';
import { nearestName } from './nearest.ts';
import { shippedFaults, shippedName, shippedStanzas } from './original-stanzas.ts';
import type { Rule } from './rule.ts';
import { parseStanzas, type Stanza } from './stanza.ts';

/** What rules are wanted, and the files that hold more of them. */
export interface RuleSources {
  /** Names of rules, or `auto` for all. */
  readonly servers: readonly string[];
  /** Servers files in the order of the configuration: a later one replaces stanzas of the same name. */
  readonly files: readonly ServersFile[];
  /** Milliseconds since any moment, to time an admin's expressions with; `performance.now` by default. */
  readonly timer?: () => number;
  /** Digests of stanzas that the catalog's rules replace, with their names; those of EXACT 1.41 by default. */
  readonly shipped?: ReadonlyMap<string, string>;
}

/** A servers file that has been read. */
export interface ServersFile {
  readonly path: string;
  readonly text: string;
}

/** The rules of a run. */
export interface LoadedRules {
  /** In the order of the catalog, then of the files. A server may have several. */
  readonly rules: readonly Rule[];
  /** Where there are any but warnings, the rules must not be used. */
  readonly problems: readonly Problem[];
  /** What an admin should know and need not act upon: stanzas of EXACT 1.41 that the catalog's rules replace. */
  readonly notes: readonly Problem[];
}

const all = 'auto';
const builtInFile = 'built in';

/** Returns the text of the built-in catalog. */
export function catalogText(): string {
  return catalog;
}

/** Loads the rules that are selected; what is wrong with any stanza of the files is told, selected or not. */
export async function loadRules(sources: RuleSources): Promise<LoadedRules> {
  const timer = sources.timer ?? (() => performance.now());
  const { servers, problems, notes } = collectStanzas(sources);
  problems.push(...unknownServers(sources.servers, [...servers.keys()]));
  const rules: Rule[] = [];
  for (const [name, stanzas] of servers) {
    const isWanted = sources.servers.includes(all) || sources.servers.includes(name);
    for (const stanza of stanzas) {
      if (stanza.file === builtInFile) {
        if (isWanted) rules.push(builtInRule(stanza));
        continue;
      }
      // An admin's stanza is compiled though it is not wanted now: its faults should not wait until it is.
      const compiled = await compileStanza(stanza, timer);
      problems.push(...compiled.problems);
      if (compiled.rule !== undefined && isWanted) rules.push(compiled.rule);
    }
  }
  return { rules, problems, notes };
}

/** Stanzas by server; a server of a later file takes the place of an earlier one. */
interface Collected {
  readonly servers: ReadonlyMap<string, readonly Stanza[]>;
  readonly problems: Problem[];
  readonly notes: Problem[];
}

function collectStanzas({ files, shipped = shippedStanzas }: RuleSources): Collected {
  const builtIn = byServer(parseStanzas(builtInFile, catalog).stanzas);
  const servers = new Map<string, readonly Stanza[]>(builtIn);
  const problems: Problem[] = [];
  const notes: Problem[] = [];
  for (const { path, text } of files) {
    const parsed = parseStanzas(path, text);
    problems.push(...parsed.problems);
    const stanzas = parsed.stanzas.flatMap((stanza) => {
      const name = shippedName(stanza, shipped);
      const replacement = name === undefined ? undefined : builtIn.get(name);
      if (replacement === undefined) return [stanza];
      notes.push(replacedNote(stanza, name ?? ''));
      // Under the name that the file gave it: `server` lines select it by that.
      return replacement.map((one) => ({ ...one, name: stanza.name }));
    });
    for (const [name, ofServer] of byServer(stanzas)) servers.set(name, ofServer);
  }
  return { servers, problems, notes };
}

function replacedNote({ file, line, name }: Stanza, shipped: string): Problem {
  const fault = shippedFaults.get(shipped);
  return {
    status: ExitStatus.ok,
    isWarning: true,
    where: `${file}:${line}: rule ${name}`,
    what: 'is that of EXACT 1.41',
    ...(fault === undefined ? {} : { why: fault }),
    consequence: `the built-in '${shipped}' is used in its place`,
  };
}

function byServer(stanzas: readonly Stanza[]): Map<string, Stanza[]> {
  const servers = new Map<string, Stanza[]>();
  for (const stanza of stanzas) {
    const others = servers.get(stanza.name);
    if (others === undefined) servers.set(stanza.name, [stanza]);
    else others.push(stanza);
  }
  return servers;
}

function unknownServers(wanted: readonly string[], known: readonly string[]): Problem[] {
  return wanted
    .filter((name) => name !== all && !known.includes(name))
    .map((name) => {
      const nearest = nearestName(name, known);
      return {
        status: ExitStatus.config,
        where: `server ${name}`,
        what: 'no such rule',
        ...(nearest === undefined ? {} : { why: `nearest: ${nearest}` }),
        fix: `known: ${known.join(' ')}`,
      };
    });
}
