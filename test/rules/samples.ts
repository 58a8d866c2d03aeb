/** The sample logs of src/servers, with what is true of them; what each test of rules goes through. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { serverNames } from '../../scripts/build/joined-rules.js';
import type { Outcome } from '../../src/recognize/outcome.ts';
import { createRecognizer } from '../../src/recognize/recognizer.ts';
import { createScanner } from '../../src/recognize/scan.ts';
import type { Login } from '../../src/relay/login.ts';
import { type Fact, parseTruth } from '../../src/rule-debugger/expect.ts';
import { ExpectedLines, type Located } from '../../src/rule-debugger/expected-lines.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { lineStamps } from '../../src/syslog/line-stamp.ts';
import { utc } from '../../src/syslog/zone.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));

/** One log file. */
export interface Sample {
  /** Relative to src/servers, without `.log`. */
  readonly name: string;
  readonly bytes: Buffer;
  readonly lines: readonly string[];
  /** By the number of the line, from 1. */
  readonly truth: ReadonlyMap<number, Fact>;
  /** What is wrong with the truth itself. */
  readonly amiss: Located['amiss'];
  /** The folder that it lies in: the rule that is for it. */
  readonly server: string;
  /** When it is read, in Unix seconds: not before its last line was written. */
  readonly readAt: number;
}

/** When lines without a year are read, in Unix seconds: they are then of this year. */
export const readAt = Date.UTC(2026, 10, 22, 12) / 1000;

/** All sample logs, in the order of their names. */
export const samples: readonly Sample[] = serverNames(project).flatMap((server) =>
  readdirSync(`${project}/src/servers/${server}`)
    .filter((file) => file.endsWith('.log'))
    .sort()
    .map((file) => sampleOf(server, file.slice(0, -'.log'.length))),
);

function sampleOf(server: string, name: string): Sample {
  const folder = `${project}/src/servers/${server}`;
  const bytes = readFileSync(`${folder}/${name}.log`);
  const lines = bytes.toString('utf8').split('\n');
  // The forms of one sample share its truth.
  const truthFile = `${folder}/${name.replace(/\.(?:trad|iso|rfc5424)$/, '')}.expected.jsonl`;
  const { expectations, faults } = parseTruth(readFileSync(truthFile, 'utf8'));
  const [fault] = faults;
  if (fault !== undefined) throw new Error(`${truthFile}:${fault.line}: ${fault.reason}`);
  const expectedLines = new ExpectedLines(expectations);
  for (const [index, line] of lines.entries()) expectedLines.take(index + 1, line);
  const { expected, amiss } = expectedLines.located();
  const stampOf = lineStamps(utc);
  const times = lines.map((line) => stampOf(Buffer.from(line), readAt) ?? 0);
  return {
    name: `${server}/${name}`,
    bytes,
    lines,
    truth: new Map(expected.map(({ line, fact }) => [line, fact])),
    amiss,
    server,
    readAt: Math.max(readAt, ...times),
  };
}

/** What rules make of a sample. */
export interface Findings {
  readonly logins: ReadonlyMap<number, Login>;
  readonly outcomes: readonly Outcome[];
  readonly refusals: ReadonlyMap<string, number>;
}

/** Reads a sample as `parse` would, in one chunk. */
export function findingsOf(sample: Sample, rules: readonly Rule[]): Findings {
  const recognizer = createRecognizer({ rules, zone: utc, connectWindow: 120 });
  const outcomes: Outcome[] = [];
  const { bytes } = sample;
  createScanner(recognizer).scan(
    {
      bytes,
      start: 0,
      end: bytes.length,
      source: sample.name,
      firstLine: 1,
      isNew: false,
      writtenBefore: sample.readAt,
    },
    (outcome) => outcomes.push(outcome),
  );
  const logins = outcomes.flatMap((outcome) => (outcome.kind === 'login' ? [outcome.login] : []));
  return {
    logins: new Map(logins.map((login) => [login.line, login])),
    outcomes,
    refusals: recognizer.refusals,
  };
}

/** Says what is wrong with the logins found in a sample: nothing, if all is well. */
export function faultsOf(sample: Sample, { logins }: Findings): string[] {
  const faults = sample.amiss.map((one) => `truth: ${JSON.stringify(one)}`);
  for (const [line, { login, user, address }] of sample.truth) {
    const found = logins.get(line);
    if (login === true && found === undefined) faults.push(`missed: ${sample.lines[line - 1]}`);
    if (login === false && found !== undefined) faults.push(`false: ${sample.lines[line - 1]}`);
    if (login === 'optional' && found !== undefined && found.address !== address)
      faults.push(`wrong: ${line}`);
    if (login === true && found !== undefined && (found.user !== user || found.address !== address)) {
      faults.push(`wrong: ${found.user} ${found.address}: ${sample.lines[line - 1]}`);
    }
  }
  for (const line of logins.keys()) {
    if (!sample.truth.has(line)) faults.push(`false: ${sample.lines[line - 1]}`);
  }
  return faults;
}
