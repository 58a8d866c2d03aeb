/**
 * From servers files and the `server` settings to the rules of a run: the built-in catalog, what replaces it, what
 * is selected.
 */
import { ExitStatus } from '../exit-status.ts';
import type { Problem } from '../problem.ts';
import { nearestName } from '../terminal/nearest.ts';
import { builtInRule } from './built-in.ts';
import { cpuMilliseconds } from './cpu-time.ts';
import type { ShippedStanza } from './original-stanzas.ts';
import type { PreparedRule } from './prepare.ts';
import { preparedCatalog } from './prepared-catalog.ts';
import type { Rule } from './rule.ts';
import type { Collected, ReplacedStanza, ServersFile } from './servers-files.ts';

/** What rules are wanted, and the files that hold more of them. */
export interface RuleSources {
  /** Names of rules, or `auto` for all. */
  readonly servers: readonly string[];
  /** Servers files in the order of the configuration: a later one replaces stanzas of the same name. */
  readonly files: readonly ServersFile[];
  /** Milliseconds since any moment, to time an admin's expressions with; those of CPU time by default. */
  readonly timer?: () => number;
  /** Stanzas that the catalog's rules replace, by digest; those of EXACT 1.41 by default. */
  readonly shipped?: ReadonlyMap<string, ShippedStanza>;
}

/** The rules of a run. */
export interface LoadedRules {
  /** In the order of the catalog, then of the files. A server may have several. */
  readonly rules: readonly Rule[];
  /** Where there are any but warnings, the rules must not be used. */
  readonly problems: readonly Problem[];
  /** What an admin should know and need not act upon: stanzas of EXACT 1.41 that the catalog's rules replace. */
  readonly notes: readonly ReplacedStanza[];
}

const all = 'auto';

/** Loads the rules that are selected; what is wrong with any stanza of the files is told, selected or not. */
export async function loadRules(sources: RuleSources): Promise<LoadedRules> {
  const timer = sources.timer ?? cpuMilliseconds;
  const collected: Collected = { servers: builtInByServer(), problems: [], notes: [] };
  const files = sources.files.length > 0 ? await import('./servers-files.ts') : undefined;
  files?.addFiles(collected, sources.files, sources.shipped);
  const { servers, problems, notes } = collected;
  problems.push(...unknownServers(sources.servers, [...servers.keys()]));
  const rules: Rule[] = [];
  for (const [name, ofServer] of servers) {
    const isWanted = sources.servers.includes(all) || sources.servers.includes(name);
    for (const one of ofServer) {
      if (!('file' in one)) {
        if (isWanted) rules.push(builtInRule(one));
        continue;
      }
      // An admin's stanza is compiled though it is not wanted now: its faults should not wait until it is.
      const compiled = await files?.compileStanza(one, timer);
      problems.push(...(compiled?.problems ?? []));
      if (compiled?.rule !== undefined && isWanted) rules.push(compiled.rule);
    }
  }
  return { rules, problems, notes };
}

function builtInByServer(): Map<string, readonly PreparedRule[]> {
  const servers = new Map<string, PreparedRule[]>();
  for (const rule of preparedCatalog) servers.set(rule.name, [...(servers.get(rule.name) ?? []), rule]);
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
