/** Finds in the lines of a log whom an MTA did not relay for. It reads no file and no clock. */

import { wantedField, wantedFields } from '../../src/recognize/wanted-lines.ts';
import type { Chunk } from '../maillog/chunk.ts';
import { createLineFinder, type FindLines } from '../recognize/find-lines.ts';
import { HalfOpenLogins, servingKey, sessionKey } from '../recognize/half-open.ts';
import { isAddress, parseAddress } from '../relay/address.ts';
import { rulesByProgram } from '../rules/program.ts';
import { type LogRecord, parseEnvelope } from '../syslog/envelope.ts';
import { createStampReader, type StampReader } from '../syslog/stamp.ts';
import type { Zone } from '../syslog/zone.ts';
import { type RefusalGroups, type RefusalRule, refusalKinds } from './refusal-rules.ts';
import type { OwnLogReader, RelayRefusal } from './relay-refusal.ts';

/** What a reader is made with. */
export interface RefusalReaderOptions {
  readonly rules: readonly RefusalRule[];
  /** Readers for MTAs' own logs, which are tried on every log: none reads a line of another form. */
  readonly ownLogs: readonly OwnLogReader[];
  /** Of stamps that carry none. */
  readonly zone: Zone;
  /** Seconds that the line with the address waits for the refusal, where they are two. */
  readonly connectWindow: number;
}

/** Takes a refusal, and the rule that found it. */
export type TakeRefusal = (refusal: RelayRefusal, rule: RefusalRule) => void;

/** Seconds that the stamp of a line may be ahead of the clock: clocks differ. More is a lie or a broken clock. */
const mostAhead = 120;

/** Reads the chunks of a log, in their order. */
export class RefusalReader {
  readonly #ownLogs: readonly OwnLogReader[];
  readonly #rulesFor: (program: string) => readonly RefusalRule[];
  readonly #find: FindLines;
  readonly #stamps: StampReader;
  /** Clients whose address was logged before their refusal: they wait as logins wait that take two lines. */
  readonly #clients: HalfOpenLogins;

  constructor({ rules, ownLogs, zone, connectWindow }: RefusalReaderOptions) {
    this.#ownLogs = ownLogs;
    this.#rulesFor = rulesByProgram(rules);
    this.#find = createLineFinder(rules.map(soughtRule));
    this.#stamps = createStampReader(zone);
    this.#clients = new HalfOpenLogins(connectWindow);
  }

  /** Calls back for each refusal that the lines of a chunk tell of. */
  read(chunk: Chunk, take: TakeRefusal): void {
    if (chunk.records !== undefined) {
      for (const { record, time } of chunk.records) this.#read(record, time, chunk, take);
      return;
    }
    const { bytes, writtenBefore } = chunk;
    const { count, fields } = this.#find(chunk);
    for (let at = 0; at < count * wantedFields; at += wantedFields) {
      const record = parseEnvelope(
        bytes.toString('utf8', fields[at + wantedField.start], fields[at + wantedField.end]),
      );
      if (record === undefined) continue;
      this.#read(record, this.#stamps.read(record.stamp, writtenBefore), chunk, take);
    }
    for (const log of this.#ownLogs) {
      for (const { record, time } of log.records(chunk)) this.#read(record, time, chunk, take);
    }
  }

  #read(record: LogRecord, stamped: number | undefined, { isNew, writtenBefore }: Chunk, take: TakeRefusal) {
    if (stamped === undefined || (stamped > writtenBefore + mostAhead && !isNew)) return;
    const time = Math.min(stamped, writtenBefore);
    const reading = firstReading(this.#rulesFor(record.program), record.message);
    if (reading === undefined) return;
    const { rule, kind, groups } = reading;
    const key = joiningKey(rule, record, groups);
    if (kind === 'match') {
      const waiting = key === undefined ? undefined : this.#clients.take(key, time);
      const address = parseAddress(groups.address ?? waiting?.address ?? '');
      if (!isAddress(address)) return;
      const { sender, recipient, user, cause, verb } = groups;
      take({ time, address, sender, recipient, user, cause, verb, mta: rule.name, pid: record.pid }, rule);
    } else if (key !== undefined && kind === 'logout') {
      this.#clients.end(key);
    } else if (key !== undefined && groups.address !== undefined) {
      this.#clients.add({ key, time, address: groups.address });
    }
  }
}

/** What joins two lines: what the rule says, or else the process, whatever program it was when it wrote the first. */
function joiningKey(
  { name }: RefusalRule,
  { host, pid }: LogRecord,
  { session }: RefusalGroups,
): string | undefined {
  if (session !== undefined) return sessionKey(name, host, session);
  return pid === '' ? undefined : servingKey(name, host, pid);
}

/** How a rule reads a message. */
interface RefusalReading {
  readonly rule: RefusalRule;
  readonly kind: (typeof refusalKinds)[number];
  readonly groups: RefusalGroups;
}

function firstReading(rules: readonly RefusalRule[], message: string): RefusalReading | undefined {
  for (const rule of rules) {
    for (const kind of refusalKinds) {
      for (const expression of rule[kind]) {
        const groups = expression.match(message);
        if (groups !== undefined) return { rule, kind, groups };
      }
    }
  }
  return undefined;
}

/** What the search among the bytes of a log is to know of a rule. */
function soughtRule(rule: RefusalRule) {
  const expressions = refusalKinds.flatMap((kind) => rule[kind]);
  const literals = expressions.map((one) => one.literals.map((text) => Buffer.from(text)));
  return {
    programs: rule.programs,
    isOriginalForm: false,
    broken: undefined,
    isWarned: false,
    literals,
    unclosed: [],
    closings: [],
  };
}
