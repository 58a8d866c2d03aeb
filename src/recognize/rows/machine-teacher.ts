/**
 * Teaches the machine what lines need of it: the head that they begin with, the programs that they name, where a byte
 * leads in an automaton, and addresses. Each is understood once, in the usual way, and then known as bytes.
 */
import type { Chunk } from '../../maillog/chunk.ts';
import { isAddress, parseAddress } from '../../relay/address.ts';
import { NoAutomaton } from '../../rules/automaton/nfa.ts';
import { mostPrograms } from '../../rules/program.ts';
import type { Rule } from '../../rules/rule.ts';
import { isProgramName, needsCloserLook } from '../../syslog/envelope.ts';
import type { StampReader } from '../../syslog/stamp.ts';
import { utcText } from '../../terminal/words.ts';
import { shortestBroken } from '../cut-line.ts';
import { isDigit, secondsAt } from '../line-head.ts';
import { headOf } from '../quick-envelope.ts';
import type { Recognizer } from '../recognizer.ts';
import { tagStart } from '../tag-place.ts';
import type { FindTable } from './automaton-table.ts';
import { LoadedAutomaton } from './loaded-automaton.ts';
import {
  addressField,
  control,
  type MachineMemory,
  noUse,
  numberSize,
  place,
  programField,
  usualWay,
} from './machine-memory.ts';
import { pieceNumber, type RowFormat } from './row-template.ts';
import { rulesInFiles } from './rules-automaton.ts';

/** What rows are made by. */
export interface RowRules {
  readonly recognizer: Pick<Recognizer, 'rules' | 'rulesFor' | 'hasBrokenLine'>;
  readonly stamps: StampReader;
  readonly format: RowFormat;
  /** The time that logins must lie in, Unix seconds: `since` inclusive, `until` exclusive. */
  readonly since: number;
  readonly until: number;
  /** What the build has found out of automata; without it all comes from the rules. */
  readonly findTable?: FindTable | undefined;
  /** Lines that may lack something of a table, before the automaton itself is made. */
  readonly patience?: number;
}

/**
 * To make an automaton anew takes so many times as long as to recognise a line in the usual way: tens of milliseconds against
 * some ten microseconds.
 */
const usualPatience = 2000;

/** Bytes of addresses that are kept in mind, and how many; then they are learnt anew. */
const addressRoom = 1024 * 1024;
const mostAddresses = place.addressSlots / 2;

const lessThan = 0x3c;

const unbroken = 2 ** 30;
/** As in {@link createLineFilter}: so many lines are looked at after a broken one. */
const linesAfterBroken = 50;

/** Teaches one machine. Each lesson returns false where there is nothing to be learnt: then the line goes the usual way. */
export class MachineTeacher {
  readonly #memory: MachineMemory;
  readonly #options: RowRules;
  readonly #addressesAt: number;
  #addressesUsed = 0;
  #addresses = 0;
  readonly #programs = new Map<string, number>();
  readonly #automata = new Map<string, number>();
  readonly #automatonAt = new Map<number, LoadedAutomaton>();
  readonly #templates = new Map<string, number>();
  #host = '';

  constructor(memory: MachineMemory, options: RowRules) {
    this.#memory = memory;
    this.#options = options;
    this.#addressesAt = memory.allocate(addressRoom) ?? 0;
    for (let code = 0x20; code < 0x7f; code++) {
      const character = String.fromCharCode(code);
      memory.bytes[place.plain + code] = options.format.escape(character) === character ? 1 : 0;
    }
  }

  /** The head of the line in [start, stop) of a chunk's bytes. */
  teachHead(start: number, stop: number, { bytes, writtenBefore }: Chunk): boolean {
    const tag = tagStart(bytes, start, stop);
    const length = tag - start;
    if (length <= 0 || length > place.headRoom || tag >= stop) return false;
    const head = headOf(bytes.toString('latin1', start, tag), this.#options.stamps, writtenBefore);
    // Without a host it may be of busybox' syslogd, whose lines may be cut at any length that logins have.
    if (head === undefined || head.host === '') return false;
    const { stamps } = this.#options;
    const hour = stamps.hourOf(head.stamp, writtenBefore);
    // Of a zone that is whole hours away from UTC the minutes are printed as they stand in the line.
    const isForHour = hour !== undefined && utcText(hour).endsWith(':00:00Z');
    const [from, duration] = isForHour ? [hour, 3600] : [head.minute, 60];
    const printed = utcText(from);
    const host = this.#options.format.escape(head.host);
    if (!printed.endsWith('00Z') || host.length * 3 > place.hostRoom) return false;
    const memory = this.#memory.bytes;
    bytes.copy(memory, place.head, start, tag);
    memory.fill(0, place.kept, place.kept + length + 16);
    memory.fill(0xff, place.kept, place.kept + length);
    const seconds = secondsAt(bytes, start) - start;
    this.#limitDigits(bytes, start, { length, seconds, isForHour });
    this.#set('headLength', length);
    this.#set('seconds', seconds);
    this.#set('minutes', isForHour ? seconds - 3 : 0);
    this.#set('isRfc5424', bytes[start] === lessThan ? 1 : 0);
    this.#set('minuteLength', memory.write(printed.slice(0, -3), place.minute));
    this.#set('hostLength', memory.write(host, place.host));
    this.#set('since', secondsAfter(from, this.#options.since, duration));
    this.#set('until', secondsAfter(from, this.#options.until, duration));
    this.#host = head.host;
    // A tag that is the host's name is none: see line-filter.ts.
    const namesake = this.#programs.get(head.host);
    if (namesake !== undefined) this.#memory.set(namesake + programField.automaton, usualWay);
    return true;
  }

  /** Says which digits of a head may differ: those of the time that it is known for, of its fraction, and of a priority. */
  #limitDigits(
    bytes: Buffer,
    start: number,
    { length, seconds, isForHour }: { length: number; seconds: number; isForHour: boolean },
  ): void {
    const limits = this.#memory.bytes.subarray(place.headLimits, place.headLimits + length + 16);
    const allowDigits = (from: number): void => {
      for (let at = from; isDigit(bytes[start + at] as number); at++) limits[at] = 9;
    };
    limits.fill(0);
    limits.fill(9, seconds, seconds + 2);
    if (isForHour) limits.set([5, 9], seconds - 3);
    const point = bytes[start + seconds + 2];
    if (point === 0x2e || point === 0x2c) allowDigits(seconds + 3);
    // Nothing that is printed comes of it.
    if (bytes[start] === lessThan) allowDigits(1);
  }

  /** The program whose name stands in [from, to) of the memory. */
  teachProgram(from: number, to: number): boolean {
    if (this.#programs.size >= mostPrograms) return false;
    const name = this.#memory.bytes.toString('utf8', from, to);
    const length = to - from;
    const at = this.#memory.allocate(programField.name + length);
    if (at === undefined) return false;
    const rules = this.#options.recognizer.rulesFor(name);
    const broken = Math.min(unbroken, ...rules.map((rule) => shortestBroken(rule) ?? unbroken));
    this.#memory.set(at + programField.automaton, this.#automatonFor(name, rules));
    this.#memory.set(at + programField.broken, broken);
    this.#memory.set(at + programField.ahead, this.#options.recognizer.hasBrokenLine ? linesAfterBroken : 0);
    this.#memory.set(at + programField.length, length);
    this.#memory.bytes.copyWithin(at + programField.name, from, to);
    this.#programs.set(name, at);
    this.#insert(place.programs, place.programSlots, hashOf(this.#memory.bytes, from, to), at);
    return true;
  }

  /** Where a byte leads from a state of an automaton, by its place. */
  teachTransition(automaton: number, state: number, byte: number): boolean {
    return this.#automatonAt.get(automaton)?.learn(state, byte) ?? false;
  }

  #automatonFor(name: string, rules: readonly Rule[]): number {
    if (needsCloserLook(name) || name === this.#host) return usualWay;
    if (rules.length === 0) return noUse;
    // An expression of the original's form looks at the whole line.
    if (rules.some(({ isOriginalForm }) => isOriginalForm) || !isProgramName(name)) return usualWay;
    // Whether such a server has printed the line itself is looked at there.
    if (rules.some(({ printsLineEnds }) => printsLineEnds)) return usualWay;
    const tried = rulesInFiles(rules);
    const key = tried.map((rule) => this.#options.recognizer.rules.indexOf(rule)).join();
    const known = this.#automata.get(key) ?? this.#loadAutomaton(tried);
    this.#automata.set(key, known);
    return known;
  }

  #loadAutomaton(rules: readonly Rule[]): number {
    try {
      const { findTable, patience = usualPatience } = this.#options;
      const templateOf = (server: string) => this.#templateAt(server);
      const loaded = new LoadedAutomaton(this.#memory, rules, {
        ...{ table: findTable?.(rules), patience, templateOf },
      });
      this.#automatonAt.set(loaded.at, loaded);
      return loaded.at;
    } catch (error) {
      if (error instanceof NoAutomaton) return usualWay;
      throw error;
    }
  }

  #templateAt(server: string): number | undefined {
    const known = this.#templates.get(server);
    if (known !== undefined) return known;
    const pieces = this.#options.format.templateOf(server).map((piece) => {
      if (typeof piece === 'string') return [pieceNumber[piece], 0, 0];
      const text = this.#memory.text(piece.text);
      return text && [pieceNumber.text, text.at, text.length];
    });
    const at = this.#memory.allocate((pieces.length + 1) * 3 * numberSize);
    if (at === undefined || pieces.includes(undefined)) return undefined;
    pieces
      .flatMap((piece) => piece ?? [])
      .forEach((number, index) => {
        this.#memory.set(at + index * numberSize, number);
      });
    this.#templates.set(server, at);
    return at;
  }

  /** The address in [from, to) of the memory, as it is printed; what is none is told of in the usual way. */
  teachAddress(from: number, to: number): boolean {
    const { bytes } = this.#memory;
    const logged = bytes.toString('latin1', from, to);
    const address = parseAddress(logged);
    if (!isAddress(address)) return false;
    const at = this.#addressesAt + this.#addressesUsed;
    // The printed text is copied 16 bytes at a time.
    const size = (addressField.logged + logged.length + address.length + 16 + 15) & ~15;
    if (this.#addressesUsed + size > addressRoom || this.#addresses >= mostAddresses) {
      bytes.fill(0, place.addresses, place.addresses + place.addressSlots * numberSize);
      this.#addressesUsed = 0;
      this.#addresses = 0;
      return this.teachAddress(from, to);
    }
    const printed = at + addressField.logged + logged.length;
    this.#memory.set(at + addressField.printed, printed);
    this.#memory.set(at + addressField.printedLength, address.length);
    this.#memory.set(at + addressField.loggedLength, logged.length);
    bytes.write(logged + address, at + addressField.logged, 'latin1');
    this.#addressesUsed += size;
    this.#addresses++;
    this.#insert(place.addresses, place.addressSlots, hashOf(bytes, from, to), at);
    return true;
  }

  #insert(table: number, slots: number, hash: number, at: number): void {
    let slot = hash & (slots - 1);
    while (this.#memory.get(table + slot * numberSize) !== 0) slot = (slot + 1) & (slots - 1);
    this.#memory.set(table + slot * numberSize, at);
  }

  #set(field: keyof typeof control, value: number): void {
    this.#memory.set(control[field], value);
  }
}

/** Returns by how many seconds an instant is later than another, both in Unix seconds; at least 0, at most so many. */
function secondsAfter(from: number, instant: number, most: number): number {
  return Math.min(most, Math.max(0, Math.ceil(instant - from)));
}

function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0;
  for (let at = from; at < to; at++) hash = (Math.imul(hash, 31) + (bytes[at] as number)) | 0;
  return hash;
}
