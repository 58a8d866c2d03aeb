/** The machine that makes rows, beside the recognizer, which it has to agree with on every log. */
import { expect } from 'vitest';
import { jsonRows, type tabRows } from '../../../src/commands/parse/print-logins.ts';
import { createRecognizer } from '../../../src/recognize/recognizer.ts';
import { tablesIn } from '../../../src/recognize/rows/automaton-table.ts';
import type { RowRules } from '../../../src/recognize/rows/machine-teacher.ts';
import { RowMachine } from '../../../src/recognize/rows/row-machine.ts';
import { createScanner } from '../../../src/recognize/scan.ts';
import { loadRules } from '../../../src/rules/load-rules.ts';
import type { Rule } from '../../../src/rules/rule.ts';
import { createStampReader } from '../../../src/syslog/stamp.ts';
import { utc, type Zone } from '../../../src/syslog/zone.ts';
import { readAt, samples } from '../../rules/samples.ts';
import { tables } from './tables.ts';

export const { rules } = await loadRules({ servers: ['auto'], files: [] });

export const findTable = tablesIn(tables);

/** What a machine is made with. */
type Teaching = Pick<RowRules, 'findTable' | 'patience'>;

export interface Given {
  readonly some?: readonly Rule[];
  /** Places in the log, behind whose last line end a chunk ends. */
  readonly cuts?: readonly number[];
  readonly rows?: typeof tabRows;
  readonly zone?: Zone;
  readonly since?: number;
  readonly until?: number;
  /** Lines that may lack something of the tables before a machine goes beyond them. */
  readonly patience?: number;
}

/** What is printed of a log, and how many rows were made without the recognizer. */
export interface Printed {
  readonly text: string;
  readonly refusals: ReadonlyMap<string, number>;
  readonly made: number;
}

/** Without a machine where nothing is said of its teaching. */
export function printed(bytes: Buffer, teaching: Teaching | undefined, given: Given): Printed {
  const { some = rules, cuts = [], rows = jsonRows, zone = utc } = given;
  const { since = 0, until = Number.POSITIVE_INFINITY } = given;
  const recognizer = createRecognizer({
    rules: some,
    zone,
    connectWindow: 120,
    logouts: false,
    takesAnyTime: true,
  });
  const scanner = createScanner(recognizer);
  let [text, made] = ['', 0];
  const options = {
    ...{ recognizer, scanner, stamps: createStampReader(zone), format: rows, since, until, ...teaching },
    onRows: (some: Uint8Array, count: number) => {
      text += Buffer.from(some).toString();
      made += count;
    },
    onOutcome: (outcome: Parameters<Parameters<typeof scanner.scan>[1]>[0]) => {
      if (outcome.kind !== 'login') return;
      if (outcome.login.time >= since && outcome.login.time < until) text += rows.rowOf(outcome.login);
    },
  };
  const machine = teaching && RowMachine.create(options, 256 * 1024);
  if (teaching && machine === undefined) throw new Error('no machine can be started here');
  let [from, firstLine] = [0, 1];
  for (const cut of [...cuts, bytes.length]) {
    const end = cut === bytes.length ? cut : bytes.lastIndexOf(0x0a, cut - 1) + 1;
    if (end <= from) continue;
    // The chunks of plain files lie in the machine's own block, others are copied there.
    const own = firstLine % 2 === 0 && end - from <= (machine?.block.length ?? 0);
    const buffer = (own ? machine?.block : undefined) ?? Buffer.alloc(end - from);
    bytes.copy(buffer, 0, from, end);
    const chunk = { source: 'a "log"', isNew: false, writtenBefore: readAt, firstLine };
    const whole = { ...chunk, bytes: buffer, start: 0, end: end - from };
    if (machine !== undefined) machine.take(whole);
    else scanner.scan(whole, options.onOutcome);
    firstLine += bytes.subarray(from, end).toString('latin1').split('\n').length - 1;
    from = end;
  }
  machine?.endLog();
  return { text, refusals: recognizer.refusals, made };
}

/** Returns how many rows were made without the recognizer by a machine that lines alone have taught. */
export function expectSame(log: Buffer | string, given: Given = {}): number {
  const bytes = Buffer.from(log);
  const usual = printed(bytes, undefined, given);
  // One is taught by lines alone, the other has tables, and goes beyond them after some lines that lack something.
  const { patience = 3 } = given;
  const [made = 0] = [{}, { findTable, patience }].map((teaching) => {
    const fast = printed(bytes, teaching, given);
    expect(fast.text).toBe(usual.text);
    expect(fast.refusals).toEqual(usual.refusals);
    return fast.made;
  });
  return made;
}

export const all = Buffer.concat(samples.map(({ bytes }) => bytes));
/** A chunk may not be larger than the machine's block. */
export const cuts = [1000, 5000, 70_000, 200_000, 400_000, 600_000];

export const login = (user = 'bob', second = 26) =>
  `Nov 22 10:04:${second} mx dovecot: imap-login: Login: user=<${user}>, method=PLAIN, rip=192.0.2.10, lip=192.0.2.1\n`;
export const courier = (user: string, host = 'mx') =>
  `2026-11-22T10:04:26.5+01:00 ${host} imapd: LOGIN, user=${user}, ip=[::ffff:192.0.2.20], port=[1], protocol=IMAP\n`;
