/** Is each mail log there, readable and fresh, and does any rule match anything in its last day? */
import type { Settings } from '../config/settings.ts';
import { readMaillog } from '../maillog/read-maillog.ts';
import { Failure, problemText } from '../problem.ts';
import { lineStamps } from '../rules/line-stamp.ts';
import { createScanner } from '../rules/scan.ts';
import { countWords, durationWords, numberWords } from '../terminal/words.ts';
import type { Finding } from './finding.ts';
import type { Invocation } from './invocation.ts';
import { badRules, recognizerFor, wantedRules } from './recognition.ts';
import { zoneOf } from './time-zone.ts';

/** How far back a log is looked at. Seconds. */
const day = 86_400;

/** A log that is this much older than the clock is perhaps not the one that servers write. Seconds. */
const stale = 2 * day;

/** What the rules found in a log. */
interface Found {
  /** Logins by rule. */
  readonly logins: Map<string, number>;
  readonly users: Set<string>;
}

/** Reads the last day of every log with the configured rules. */
export async function checkLogs(invocation: Invocation, settings: Settings): Promise<Finding[]> {
  const { rules, problems, notes } = await wantedRules(settings);
  const findings: Finding[] = [
    ...problems.map(({ fix, consequence: _none, ...problem }): Finding => {
      const level = problem.isWarning ? 'WARN' : 'FAIL';
      return { level, subject: 'rules', text: problemText(problem), ...(fix === undefined ? {} : { fix }) };
    }),
    ...notes.map((text): Finding => ({ level: 'note', subject: 'rules', text })),
  ];
  if (badRules(problems).length > 0) return findings;
  const found: Found = { logins: new Map(), users: new Set() };
  let served = 0;
  for (const maillog of settings.maillogs) {
    const scanner = createScanner(recognizerFor(settings, rules, { logouts: false }));
    const options = { now: invocation.now, lookback: day, rebuild: true, countLines: false };
    const reading = await readMaillog(maillog, undefined, {
      ...options,
      stampOf: lineStamps(zoneOf(settings)),
    });
    try {
      for await (const chunk of reading.chunks()) {
        scanner.scan(chunk, (outcome) => {
          if (outcome.kind !== 'login') return;
          const { server, user } = outcome.login;
          found.logins.set(server, (found.logins.get(server) ?? 0) + 1);
          found.users.add(user);
        });
      }
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      findings.push({ level: 'FAIL', subject: 'maillog', text: problemText(error.problem) });
    }
    served += scanner.served;
    const bad = reading.problems.filter((problem) => !problem.isWarning);
    for (const { fix, consequence: _none, ...problem } of bad) {
      findings.push({
        level: 'FAIL',
        subject: 'maillog',
        text: problemText(problem),
        ...(fix === undefined ? {} : { fix }),
      });
    }
    if (bad.length === 0) findings.push(freshness(maillog, reading.facts.lastLineTime, invocation.now));
  }
  return [...findings, matches(found, served)];
}

function freshness(maillog: string, lastLine: number | undefined, now: number): Finding {
  if (lastLine === undefined) {
    return { level: 'WARN', subject: 'maillog', text: `${maillog}: no line with a time in its last day` };
  }
  const text = `${maillog}, last line ${durationWords(now - lastLine)} ago`;
  return { level: now - lastLine > stale ? 'WARN' : 'ok', subject: 'maillog', text };
}

function matches({ logins, users }: Found, served: number): Finding {
  if (logins.size === 0) {
    const lines = countWords(served, 'line');
    const text = `no login in the last day; ${lines} of POP and IMAP servers`;
    return served === 0
      ? { level: 'WARN', subject: 'rules', text }
      : { level: 'WARN', subject: 'rules', text, fix: 'exact test-rule --unmatched --since 1d' };
  }
  const each = [...logins].map(([name, count]) => `${name} ${numberWords(count)}`).join(', ');
  const text = `logins of ${countWords(users.size, 'user')} in the last day: ${each}`;
  return { level: 'ok', subject: 'rules', text };
}
