/** The sample logs of test/maillogs, with what is true of them; what each test of rules goes through. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Outcome } from '../../src/recognize/outcome.ts';
import { createRecognizer } from '../../src/recognize/recognizer.ts';
import { createScanner } from '../../src/recognize/scan.ts';
import type { Login } from '../../src/relay/login.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { utc } from '../../src/syslog/zone.ts';

const directory = new URL('../maillogs/', import.meta.url);

/** A row of an expected.jsonl: what is true of one line. */
interface Truth {
  readonly line: number;
  readonly login: boolean | 'optional';
  readonly user?: string;
  readonly address?: string;
  readonly note: string;
}

/** One log file. */
export interface Sample {
  /** Relative to test/maillogs, without `.log`. */
  readonly name: string;
  readonly bytes: Buffer;
  readonly lines: readonly string[];
  readonly truth: ReadonlyMap<number, Truth>;
  /** The rule that is for it. */
  readonly server: string;
}

/** Files whose name is not their server's. */
const servers: Readonly<Record<string, string>> = {
  'uw-imapd': 'uw-imap',
  'uw-imapd-preauth': 'uw-imap',
  'uw-ipop3d': 'uw-imap',
  'nginx-mail': 'nginx',
  'solid-pop3d-0.17-ext': 'solid-pop3d',
  'solid-pop3d-0.17-plain': 'solid-pop3d',
  'courier-1.4': 'courier',
  'dovecot-2.4': 'dovecot',
  'dovecot-2.4-ownlog': 'dovecot',
  'dovecot-ownlog': 'dovecot',
  'dovecot-ownlog-customts': 'dovecot',
};

/** All sample logs. nginx's own error file has no truth but that it gives nothing. */
export const samples: readonly Sample[] = ['', 'documented/'].flatMap((folder) =>
  readdirSync(new URL(folder, directory))
    .filter((file) => file.endsWith('.log'))
    .map((file) => sampleOf(folder, file.slice(0, -'.log'.length))),
);

function sampleOf(folder: string, name: string): Sample {
  const base = name.replace(/\.(?:trad|iso|rfc5424|error)$/, '');
  const bytes = readFileSync(new URL(`${folder}${name}.log`, directory));
  const rows = readFileSync(new URL(`${folder}${base}.expected.jsonl`, directory), 'utf8')
    .split('\n')
    .filter((row) => row !== '')
    .map((row): Truth => JSON.parse(row));
  const isForgeable = name.endsWith('.error');
  return {
    name: folder + name,
    bytes,
    lines: bytes.toString('utf8').split('\n'),
    truth: new Map(rows.filter(({ login }) => login === false || !isForgeable).map((row) => [row.line, row])),
    server: servers[base] ?? base,
  };
}

/** When the samples are read: an hour or two after they were written. */
export const readAt = Date.UTC(2026, 10, 22, 12) / 1000;

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
      writtenBefore: readAt,
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
  const faults: string[] = [];
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
