/** Where POP and IMAP servers log, if that is not, or not only, where the configuration says. */
import { existsSync } from 'node:fs';
import { addLines } from '../config/fixes.ts';
import { recognizerFor, wantedRules } from '../config/recognition.ts';
import type { Settings } from '../config/settings.ts';
import { zoneOf } from '../config/time-zone.ts';
import { maillogPaths, otherLogPaths } from '../config/usual-paths.ts';
import { journalPrefix } from '../maillog/journal-name.ts';
import { readMaillog } from '../maillog/read-maillog.ts';
import { isMaillog, statIfSeen } from '../maillog/regular-file.ts';
import { Failure } from '../problem.ts';
import { createScanner } from '../recognize/scan.ts';
import { programMatcher } from '../rules/program.ts';
import { lossesIn } from '../run/watch/dropped-lines.ts';
import type { LossCause } from '../syslog/dropped-lines.ts';
import { lineStamps } from '../syslog/line-stamp.ts';
import { countWords, durationWords } from '../terminal/words.ts';
import { type Day, daySeconds } from './day.ts';
import type { Finding } from './finding.ts';

/** A syslog daemon that copies the journal into a file is no more than this behind. Seconds. */
const copied = 120;

/** Where POP and IMAP servers have logged since a log's last line. */
export async function otherLog(
  { maillog, lastLine, now }: { maillog: string; lastLine: number | undefined; now: number },
  settings: Settings,
  { wanted: { rules } }: Day,
): Promise<{ readonly maillog: string; readonly words: string } | undefined> {
  const isServer = rules
    .filter(({ programs }) => programs.length > 0)
    .map(({ programs }) => programMatcher(programs));
  const since = Math.max(lastLine ?? 0, now - daySeconds);
  let newest: { readonly time: number; readonly program: string } | undefined;
  if (existsSync('/usr/bin/journalctl') || existsSync('/bin/journalctl')) {
    const { readJournal } = await import('../maillog/journal.ts');
    const options = { now, lookback: now - since, rebuild: true, countLines: false };
    const reading = readJournal(journalPrefix, undefined, { ...options, stampOf: () => undefined });
    for await (const { records = [] } of reading.chunks()) {
      for (const { time, record } of records) {
        if (isServer.some((matches) => matches(record.program))) newest = { time, program: record.program };
      }
    }
  }
  if (newest !== undefined && newest.time > since + copied) {
    const ago = durationWords(now - newest.time);
    return {
      maillog: journalPrefix,
      words: `the journal has lines of ${newest.program}, the last ${ago} ago`,
    };
  }
  const files = maillogPaths.filter((path) => path !== maillog && !settings.maillogs.includes(path));
  for (const path of files) {
    const written = statIfSeen(path);
    if (written?.isFile() && written.mtimeMs / 1000 > since + copied) {
      return {
        maillog: path,
        words: `${path} was written to ${durationWords(now - written.mtimeMs / 1000)} ago`,
      };
    }
  }
  for (const path of otherPaths(settings)) {
    const [found] = [...(await loginsIn(path, settings, { since: since + copied, now }))];
    if (found === undefined) continue;
    const [server, { newest }] = found;
    return {
      maillog: path,
      words: `${path} has logins of ${server}, the last ${durationWords(now - newest)} ago`,
    };
  }
  return undefined;
}

/**
 * Returns what is to be said of logs that are not read and have logins of servers of which there is none in the others:
 * popa3d logs as a daemon, and not as mail. What syslog daemons say of dropped lines stands there too, and goes into the
 * day. `isNamed` says which have been proposed already.
 */
export async function loginsPassedOver(
  settings: Settings,
  day: Day,
  now: number,
  isNamed: (path: string) => boolean,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const isFound = new Set([...day.byRule].flatMap(([server, { logins }]) => (logins > 0 ? [server] : [])));
  for (const path of otherPaths(settings)) {
    if (isNamed(path)) continue;
    const onLoss = (loss: LossCause) => day.addLoss(loss);
    const others = [...(await loginsIn(path, settings, { since: now - daySeconds, now, onLoss }))];
    const missed = others.filter(([server]) => !isFound.has(server));
    if (missed.length === 0) continue;
    for (const [server] of missed) isFound.add(server);
    const words = missed.map(([server, { logins }]) => `${countWords(logins, 'login')} of ${server}`);
    const text = `${path}, which is not read, has ${words.join(', ')} in the last day`;
    // Where no log is configured, those that serve by default are kept.
    const isDefault = settings.origins.get('maillog')?.startsWith('default') === true;
    const kept = isDefault ? settings.maillogs.map((maillog) => `maillog ${maillog}`) : [];
    findings.push({
      level: 'WARN',
      subject: 'maillog',
      text,
      fix: addLines(settings, [...kept, `maillog ${path}`]),
    });
  }
  return findings;
}

/** Logs that are not configured, by whatever name. */
function otherPaths(settings: Settings): string[] {
  return [...maillogPaths, ...otherLogPaths].filter(
    (path) => statIfSeen(path)?.isFile() && !isMaillog(path, settings),
  );
}

/** Returns the logins since a time, by server, that wanted rules find in a file; none where it cannot be read. */
async function loginsIn(
  path: string,
  settings: Settings,
  { since, now, onLoss }: { since: number; now: number; onLoss?: (loss: LossCause) => void },
): Promise<Map<string, { logins: number; newest: number }>> {
  const found = new Map<string, { logins: number; newest: number }>();
  const { rules } = await wantedRules(settings);
  const scanner = createScanner(recognizerFor(settings, rules, { logouts: false }));
  const stampOf = lineStamps(zoneOf(settings));
  const options = { now, lookback: now - since, rebuild: true, countLines: false, stampOf };
  try {
    const reading = await readMaillog(path, undefined, options);
    for await (const chunk of reading.chunks()) {
      if (onLoss !== undefined) for (const loss of lossesIn(chunk)) onLoss(loss);
      scanner.scan(chunk, (outcome) => {
        if (outcome.kind !== 'login' || outcome.login.time <= since) return;
        const { server, time } = outcome.login;
        const { logins, newest } = found.get(server) ?? { logins: 0, newest: 0 };
        found.set(server, { logins: logins + 1, newest: Math.max(newest, time) });
      });
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
  return found;
}
