/** Does Postfix look the maps up, before it refuses, and can it? Asked through postconf(1). */

import { addOutput } from '../../config/fixes.ts';
import type { Settings } from '../../config/settings.ts';
import { answerOf } from '../../host/ask.ts';
import { installCommand } from '../../host/install-command.ts';
import { typeOf } from '../../maps/publisher.ts';
import { fileOutputs } from '../../maps/shared/shared-tables.ts';
import type { MtaCheck, MtaFinding } from '../mta.ts';
import { checkLimits, checkReaders, checkScreen } from './beside-lists.ts';
import { checkContexts } from './contexts.ts';
import { checkLists, lists } from './lists.ts';
import { type NamedTable, namedTable, type PostfixLookup, usualOutput } from './lookups.ts';
import { changeTo, type Parameters, readPostfix } from './main-cf.ts';
import { checkNetworks } from './networks.ts';
import { checkReadersAtStart } from './readers.ts';
import { wordsOf } from './restrictions.ts';
import { type Entrances, entrancesOf } from './services.ts';
import { inNetworks, looksIn, lookupsOf, tableFor } from './tables.ts';
import { noteSubmission, noteUnserved } from './unserved.ts';
import { checkWholeAddresses } from './whole-addresses.ts';

/** Table types that Debian and the RHEL family have in packages of their own. */
const packaged: readonly string[] = ['cdb', 'lmdb', 'pgsql', 'mysql'];

/** Looks into Postfix; undefined where it is not installed. */
export function checkPostfix(settings: Settings): MtaCheck | undefined {
  const types = answerOf('postconf', ['-m'])?.split(/\s+/);
  const config = types === undefined ? undefined : readPostfix();
  if (types === undefined || config === undefined) return undefined;
  const entrances = entrancesOf(config);
  const lookups = lookupsOf(settings);
  const tables = (['ipv4', 'ipv6'] as const).flatMap(
    (family) => tableFor(family, lookups, entrances.open, types) ?? [],
  );
  const lacking = distinct(tables.flatMap((table) => withoutNetworks(table, entrances)));
  const [first = config] = entrances.open;
  const networks = checkNetworks(settings, lookups, first, lacking);
  const looksUp =
    networks.namesPlainFile || tables.some((table) => entrances.open.some((each) => looksIn(each, table)));
  const files = fileOutputs(settings).map((output) => typeOf(output).publishedPath(output));
  if (lookups.length > 0) {
    const findings = distinct(tables.flatMap((table) => tableFindings(table, { entrances, types, files })));
    const atStart = checkReadersAtStart(files);
    const maps = lookups.filter(({ isShared }) => !isShared).map(({ output }) => output.path);
    const askers = [...entrances.open, ...(entrances.screen === undefined ? [] : [entrances.screen])];
    const whole = distinct(askers.flatMap((service) => checkWholeAddresses(settings, service)));
    return {
      findings: [...findings, ...networks.findings, ...whole, ...atStart, ...checkContexts(maps)],
      looksUp,
    };
  }
  if (networks.namesPlainFile) return { findings: networks.findings, looksUp };
  const fix = `${addOutput(settings, usualOutput)} && exact update`;
  return {
    findings: [{ level: 'FAIL', text: 'no output is of a type that Postfix can look up', fix }],
    looksUp,
  };
}

/** What both families have in common is told once. */
function distinct(findings: readonly MtaFinding[]): MtaFinding[] {
  return [...new Map(findings.map((finding) => [finding.text, finding])).values()];
}

/** What keeps the table's clients out once mynetworks has the table no more. */
function withoutNetworks(table: NamedTable, { open, screen }: Entrances): MtaFinding[] {
  return [
    ...open.flatMap((service) => checkLists(service, table, false)),
    ...(screen === undefined ? [] : checkScreen(screen, table, false)),
  ].filter(({ level }) => level !== 'note');
}

/** What a table is looked at with. */
interface Known {
  readonly entrances: Entrances;
  readonly types: readonly string[];
  /** Those of all outputs, whoever reads them. */
  readonly files: readonly string[];
}

function tableFindings(table: NamedTable, { entrances, types, files }: Known): MtaFinding[] {
  const { open, submission, screen } = entrances;
  const used = table.lookups.filter((each) =>
    open.some((service) => looksIn(service, namedTable([each], each))),
  );
  const wanted = table.lookups.find(({ name }) => table.word.startsWith(name));
  const lacking = (used.length > 0 ? used : [wanted].flatMap((each) => each ?? []))
    .filter(({ type }) => !types.includes(type))
    .map(noTypeFinding);
  // Where one service serves the table's clients, another may be for mail from elsewhere alone.
  const isServed = (service: Parameters) => used.length === 0 || looksIn(service, table);
  const served = open.filter(isServed);
  const found = served.flatMap((service) => checkLists(service, table, inNetworks(service, table)));
  const isRefused = found.some(({ level }) => level === 'FAIL');
  const names = used.map(({ name }) => name).join(' and ');
  return [
    ...lacking,
    ...(isRefused ? [] : [{ level: 'ok', text: `main.cf looks up ${names}` } as const]),
    ...found,
    ...used.flatMap((each) => open.flatMap((service) => proxied(each, service))),
    ...(screen === undefined ? [] : checkScreen(screen, table, inNetworks(screen, table))),
    ...served.flatMap((service) => [...checkLimits(service, table), ...checkReaders(service, table, files)]),
    ...open.filter((service) => !isServed(service)).flatMap((service) => noteUnserved(service, table)),
    ...submission.flatMap((service) => noteSubmission(service, table)),
  ];
}

function noTypeFinding({ type, name, isShared }: PostfixLookup): MtaFinding {
  const install = packaged.includes(type) ? installCommand(`postfix-${type}`) : undefined;
  const fix = install ?? 'postconf -m';
  const forWhat = isShared ? '' : `, for ${name}`;
  return { level: 'FAIL', text: `has no ${type}: maps${forWhat}`, fix };
}

/** A proxymap process keeps the old file open until it ends. */
function proxied(lookup: PostfixLookup, service: Parameters): MtaFinding[] {
  const proxy = `proxy:${lookup.name}`;
  if (lookup.isShared) return [];
  return ['mynetworks', ...lists]
    .filter((name) => wordsOf(service.written(name)).includes(proxy))
    .map((name) => {
      const words = wordsOf(service.written(name)).map((word) => (word === proxy ? lookup.name : word));
      const text = `${service.place(name)} looks up ${proxy}: it sees a new map only when its proxymap process ends`;
      return { level: 'WARN', text, ...changeTo(service, [name, words.join(' ')]) };
    });
}
