/** Does OpenSMTPD relay for the clients of the table, and does a filter or a match refuse them before? Read in smtpd.conf. */
import { addOutput } from '../../config/fixes.ts';
import type { Settings } from '../../config/settings.ts';
import type { MtaCheck, MtaFinding } from '../mta.ts';
import { type AskedClient, told } from './conditions.ts';
import { bypassFix, relayFix, usualName } from './fixes.ts';
import { findOpensmtpd } from './program.ts';
import { checkReread } from './reread.ts';
import type { Statement } from './smtpd-conf.ts';
import { isLookedUp, sourceOf, usualOutput } from './tables.ts';
import {
  isOwnMatch,
  type Listener,
  matchedAt,
  programsOf,
  type Refusing,
  refusingFilters,
  type SmtpdConf,
  takeApart,
} from './verdicts.ts';

/** A client of the table on a dialler's line: it has no name, and it sends to strangers. */
const dialler: AskedClient = {
  address: undefined,
  name: { isTemporary: false },
  helo: undefined,
  sender: undefined,
  recipient: 'somebody@remote.example',
  mayRelay: true,
};

/** Looks into OpenSMTPD; undefined where it is not installed. */
export function checkOpensmtpd(settings: Settings): MtaCheck | undefined {
  const found = findOpensmtpd();
  if (found === undefined) return undefined;
  const { file, statements } = found;
  if (statements === undefined) {
    const text = `this account cannot read ${file}: whether it looks up the maps was not checked`;
    return { findings: [{ level: 'note', text, fix: 'sudo exact update --check' }], looksUp: false };
  }
  const sources = settings.outputs.filter(isLookedUp).map(sourceOf);
  const [source] = sources;
  if (source === undefined) {
    const fix = `${addOutput(settings, usualOutput)} && exact update`;
    const text = 'no output is of a type that OpenSMTPD can look up';
    return { findings: [{ level: 'FAIL', text, fix }], looksUp: false };
  }
  const conf = takeApart(statements, sources);
  if (!conf.matches.some((match) => isOwnMatch(match, conf))) {
    const text = `${file} has no match from src with a table ${source}: none of its clients may relay`;
    const change = relayFix(conf, file, { source, ...placeIn(conf) });
    return { findings: [{ level: 'FAIL', text, ...change }], looksUp: false };
  }
  const matched = matchFindings(conf, file, source);
  const filtered = filterFindings(conf, file);
  const faults = [...matched, ...filtered];
  const isRefused = faults.some(({ level }) => level === 'FAIL');
  const fine: MtaFinding[] = isRefused
    ? []
    : [{ level: 'ok', text: `${file} relays for the clients of ${source}` }];
  return { findings: [...fine, ...faults, ...checkReread(conf)], looksUp: true };
}

/** The match that refuses the dialler at a listener now, before which one is to stand; none: at the end. */
function placeIn(conf: SmtpdConf): { readonly at?: Statement } {
  const refused = conf.listeners.flatMap(
    (listener) => matchedAt(conf, listener, { ...dialler, mayRelay: false }).match ?? [],
  );
  const at = refused.find(({ action }) => action === undefined)?.statement;
  return at === undefined ? {} : { at };
}

/** What is wrong with the match lines, said once for all listeners. */
function matchFindings(conf: SmtpdConf, file: string, source: string): MtaFinding[] {
  const own = conf.matches.find((match) => isOwnMatch(match, conf));
  for (const listener of conf.listeners) {
    const open = matchedAt(conf, listener, { ...dialler, mayRelay: false });
    if (open.relays && open.match !== undefined) {
      const text = `${placeOf(open.match.statement)} relays for everybody: ${told(open.match.statement)}`;
      return [
        {
          level: 'FAIL',
          text,
          fix: `write 'from local' or 'from auth' there, and then: smtpd -n && systemctl restart opensmtpd`,
        },
      ];
    }
    const { match, relays, before } = matchedAt(conf, listener, dialler);
    const at = match?.statement ?? own?.statement;
    if (!relays && at !== undefined && own !== undefined) {
      const why =
        match === undefined
          ? `${placeOf(own.statement)} does not let them relay from ${listener.words}: ${told(own.statement)}`
          : `${placeOf(match.statement)} takes them first: ${told(match.statement)}`;
      const isTooLate = match !== undefined && match !== own && match.statement.line < own.statement.line;
      const change = relayFix(conf, file, { source, at, ...(isTooLate ? { instead: own } : {}) });
      return [{ level: 'FAIL', text: `refuses the clients of ${source}: ${why}`, ...change }];
    }
    const [maybe] = before;
    if (maybe !== undefined && own !== undefined) {
      const text = `may refuse clients of ${source} before: ${placeOf(maybe.statement)}: ${told(maybe.statement)}`;
      const change = relayFix(conf, file, { source, at: maybe.statement, instead: own });
      return [{ level: 'WARN', text, ...change }];
    }
  }
  return [];
}

/** What the filters refuse, said once for all listeners; a bypass ends the phase in which it stands, and no other. */
function filterFindings(conf: SmtpdConf, file: string): MtaFinding[] {
  const each = conf.listeners.map((listener) => ({
    listener,
    refusing: refusingFilters(conf, listener, dialler),
  }));
  const refused = each.filter(({ refusing }) => refusing.length > 0);
  const programs = [...new Set(conf.listeners.flatMap((listener) => programsOf(conf, listener)))].map(
    (name): MtaFinding => ({
      level: 'note',
      text: `${file}: filter ${name} is a program: Exact does not know whom it refuses`,
      fix: "man 7 exact-maps, 'BEYOND THE MTA'",
    }),
  );
  const [first] = refused;
  if (first === undefined) return programs;
  const all = refused.flatMap(({ refusing }) => refusing);
  const isCertain = all.some(({ severity }) => severity === 'yes');
  const words = [...new Set(all.map((refusing) => `${placeOf(refusing.statement)}: ${refusing.words}`))];
  const table = [...conf.own][0] ?? usualName;
  const change = bypassFix(conf, listenersOf(refused), { table, phases: phasesOf(all) });
  const text = `${isCertain ? 'refuses' : 'may refuse'} the clients of <${table}> before it relays: ${words.join(', ')}`;
  return [{ level: isCertain ? 'FAIL' : 'WARN', text, ...change }, ...programs];
}

function listenersOf(refused: readonly { readonly listener: Listener }[]): Listener[] {
  return refused.map(({ listener }) => listener);
}

function phasesOf(refusing: readonly Refusing[]): string[] {
  return [...new Set(refusing.map(({ phase }) => phase))];
}

function placeOf({ file, line }: Statement): string {
  return `${file}, line ${line}`;
}
