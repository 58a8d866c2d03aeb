/** What is written into smtpd.conf so that the clients of a table may relay, and no filter refuses them before. */
import { readText } from '../../host/read-text.ts';
import type { MtaFinding } from '../mta.ts';
import { asksOwn } from './conditions.ts';
import { type Edit, edited, lineCount } from './edits.ts';
import type { Statement } from './smtpd-conf.ts';
import type { Listener, Match, NamedFilter, SmtpdConf } from './verdicts.ts';

type Change = Pick<MtaFinding, 'fix' | 'undo'>;

/** How the table is called where there is none yet. */
export const usualName = 'exact';

/** Returns the change that has a table's clients relayed; `at` is the statement before which that is decided. */
export function relayFix(
  conf: SmtpdConf,
  file: string,
  { source, at, instead }: { readonly source: string; readonly at?: Statement; readonly instead?: Match },
): Change {
  const known = [...conf.tables.values()].find((table) => table.source === source);
  const name = known?.name ?? usualName;
  const action = conf.relaying[0] ?? 'outbound';
  const lines = [
    ...(known === undefined ? [`table ${name} ${source}`] : []),
    ...(conf.relaying.length === 0 ? [`action "${action}" relay`] : []),
    `match from src <${name}> for any action "${action}"`,
  ];
  const place = at ?? { file, line: lineCount(readText(file)) + 1 };
  const edits: Edit[] = [{ file: place.file, line: place.line, old: [], lines }];
  if (instead !== undefined) edits.push(without(instead.statement));
  return edited(edits);
}

function without({ file, line, text }: Statement): Edit {
  return { file, line, old: text.split('\n'), lines: [] };
}

/** Returns the change that has a table's clients pass in some phases before any filter of these listeners is asked. */
export function bypassFix(
  conf: SmtpdConf,
  listeners: readonly Listener[],
  { table, phases }: { readonly table: string; readonly phases: readonly string[] },
): Change {
  const own = phases.map((phase) => ownFilter(conf, phase, table));
  const names = own.map(({ name }) => name);
  const declared = own.flatMap(({ line }) => line ?? []);
  const chains = new Map<string, NamedFilter>();
  const singles = new Map<string, Listener[]>();
  const inline: Listener[] = [];
  for (const listener of listeners) {
    const [first = '', ...more] = listener.filters;
    const named = conf.named.get(first);
    if (more.length > 0 || listener.statement.words.includes('{')) inline.push(listener);
    else if (named?.members !== undefined) chains.set(first, named);
    else singles.set(first, [...(singles.get(first) ?? []), listener]);
  }
  const put = (statement: Statement, text: string, before: readonly string[]): Edit => ({
    file: statement.file,
    line: statement.line,
    old: statement.text.split('\n'),
    lines: [...before, ...text.split('\n')],
  });
  const into = (text: string) => text.replace('{', `{ ${names.join(', ')},`);
  const changes: { readonly statement: Statement; readonly text: string; readonly chain?: string }[] = [
    ...[...chains.values()].map(({ statement }) => ({ statement, text: into(statement.text) })),
    ...inline.map(({ statement }) => ({ statement, text: into(statement.text) })),
    ...[...singles].flatMap(([filter, its]) =>
      its.map(({ statement }, index) => ({
        statement,
        text: statement.text.replace(/\bfilter\s+("?)[\w.-]+\1/, `filter ${usualName}-${filter}`),
        ...(index === 0
          ? { chain: `filter ${usualName}-${filter} chain { ${[...names, filter].join(', ')} }` }
          : {}),
      })),
    ),
  ].sort((a, b) => a.statement.line - b.statement.line);
  return edited(
    changes.map(({ statement, text, chain }, index) =>
      put(statement, text, [...(index === 0 ? declared : []), ...(chain === undefined ? [] : [chain])]),
    ),
  );
}

/** One that is there already, or the line of a new one. */
function ownFilter(
  conf: SmtpdConf,
  phase: string,
  table: string,
): { readonly name: string; readonly line?: string } {
  const found = [...conf.filters.values()].find(
    (filter) => filter.phase === phase && filter.decision === 'bypass' && asksOwn(filter.conditions, conf),
  );
  if (found !== undefined) return { name: found.name };
  const name = `${usualName}-${phase}`;
  return { name, line: `filter ${name} phase ${phase} match src <${table}> bypass` };
}
