/**
 * From the bytes of a log to rows of logins, within one memory: the part of `exact parse` that each byte of a log passes
 * through. It is AssemblyScript (https://www.assemblyscript.org), which the build makes WebAssembly of, with 16 bytes at
 * a time where that helps.
 *
 * It takes only what a line alone decides: it knows the last head (stamp and host), the programs that it was told of, and
 * as much of their automata as lines have needed so far. Whatever else a line is, run() returns with the reason, and whoever
 * called it (row-machine.ts) teaches it what it lacked, or has the line recognised in the usual way.
 *
 * Addresses in memory are plain numbers here; names of fields in the control block are the same as in machine-memory.ts.
 */
import { hasPair, isDigit, lineEnd } from './bytes';
import {
  ACCEPTED,
  AT,
  AUTOMATON,
  BROKEN_COUNT,
  BYTE,
  CLASSES,
  DEAD,
  END,
  ENDED,
  END_REGISTER,
  FIRST_ROW,
  HEAD_LENGTH,
  IS_RFC5424,
  LAST_REASON,
  LAST_ROW,
  LINE,
  LONGEST,
  LONGEST_LINE,
  MAY_WRITE,
  MOVES,
  NEW_HEAD,
  NEW_PROGRAM,
  NEW_TRANSITION,
  NOT_ASCII,
  PROGRAM_AHEAD,
  PROGRAM_AUTOMATON,
  PROGRAM_BROKEN,
  ROW,
  ROW_BITS,
  ROW_SIZE,
  STATE,
  STOP,
  TEXT,
  TEXT_END,
  TRANSITIONS,
  USUAL_NEXT,
  USUAL_WAY,
} from './layout';
import { isOfBrokenProcess, placeLine, writeRow } from './row';
import { get, hasKnownHead, move, programAt, set } from './tables';

/** Lines of a program that go the usual way after one that may be broken: see line-filter.ts. */
const linesAfterBroken = 50;
const mostPidDigits = 10;

/** Reads lines until there are no more, or one needs what is not known here. */
export function run(): i32 {
  const end = get(END);
  let at = get(AT);
  let line = get(LINE);
  while (at < end) {
    const stop = lineEnd(at, end);
    const outcome = readLine(at, stop, line);
    if (outcome != 0) {
      set(AT, at);
      set(LINE, line);
      set(STOP, stop);
      return outcome;
    }
    at = stop + 1;
    line++;
  }
  set(AT, at);
  set(LINE, line);
  return ENDED;
}

/** Returns 0 where a line is done with. */
function readLine(start: i32, feed: i32, line: i32): i32 {
  if (get(USUAL_NEXT) != 0) return USUAL_WAY;
  const lastRow = get(LAST_ROW);
  if (lastRow != 0) {
    // ' repeated ': a note that the login before it came again.
    if (hasPair(start, feed, 0x70, 0x65, 0x65706572)) return USUAL_WAY;
    set(LAST_ROW, 0);
  }
  const head = get(HEAD_LENGTH);
  if (feed - start > get(LONGEST_LINE)) return USUAL_WAY;
  if (feed - start <= head || head == 0 || !hasKnownHead(start, head)) return NEW_HEAD;
  const tag = start + head;
  let hash = 0;
  let after = tag;
  let stop = 0;
  for (; after < feed; after++) {
    stop = load<u8>(after);
    if (stop == 0x3a || stop == 0x5b || stop == 0x20) break;
    hash = hash * 31 + stop;
  }
  if (after == tag || after == feed) return USUAL_WAY;
  const isRfc5424 = get(IS_RFC5424) != 0;
  if (!isRfc5424 && stop != 0x5b) {
    if (stop != 0x3a || (after + 1 < feed && load<u8>(after + 1) != 0x20)) return USUAL_WAY;
  }
  if (isRfc5424 && (load<u8>(tag) == 0x2d || isDigit(load<u8>(tag)))) return USUAL_WAY;
  const program = programAt(tag, after, hash);
  if (program == 0) {
    set(TEXT, tag);
    set(TEXT_END, after);
    return NEW_PROGRAM;
  }
  const automaton = load<i32>(program + PROGRAM_AUTOMATON);
  if (automaton == 0) return 0;
  if (automaton == 1) return USUAL_WAY;
  const stopLine = load<u8>(feed - 1) == 0x0d ? feed - 1 : feed;
  if (stopLine - after >= load<i32>(program + PROGRAM_BROKEN)) {
    store<i32>(program + PROGRAM_AHEAD, linesAfterBroken);
    return USUAL_WAY;
  }
  const ahead = load<i32>(program + PROGRAM_AHEAD);
  if (ahead > 0) {
    store<i32>(program + PROGRAM_AHEAD, ahead - 1);
    return USUAL_WAY;
  }
  // Where the process number stands, and where the message begins.
  let pidFrom = 0;
  let pidTo = 0;
  let message = after;
  if (isRfc5424) {
    message = after + 1;
    if (load<u8>(message) == 0x2d) message++;
    else {
      pidFrom = message;
      while (isDigit(load<u8>(message))) message++;
      pidTo = message;
      if (pidTo == pidFrom || pidTo - pidFrom > mostPidDigits) return USUAL_WAY;
    }
    // ' - - ': neither MSGID nor data.
    if (message + 5 >= stopLine || load<u32>(message) != 0x2d202d20 || load<u8>(message + 4) != 0x20) return USUAL_WAY;
    message += 5;
    if (load<u8>(message) == 0xef) return USUAL_WAY;
    if (load<u8>(message) == 0x20) message++;
  } else {
    if (stop == 0x5b) {
      pidFrom = ++message;
      while (isDigit(load<u8>(message))) message++;
      pidTo = message;
      if (pidTo == pidFrom || pidTo - pidFrom > mostPidDigits || load<u8>(message) != 0x5d) return USUAL_WAY;
      message++;
    }
    if (load<u8>(message) != 0x3a || (message + 1 != stopLine && load<u8>(message + 1) != 0x20)) return USUAL_WAY;
    message += 2;
  }
  if (message >= stopLine || load<u8>(stopLine - 1) == 0x20) return USUAL_WAY;
  // A mark or a stamp of the server's own may stand before the message.
  const first = load<u8>(message);
  const fourth = load<u8>(message + 3);
  if (first == 0x5b || isDigit(first)) return USUAL_WAY;
  if ((fourth == 0x20 || fourth == 0x2c) && first >= 0x41 && first <= 0x5a) return USUAL_WAY;
  placeLine(start, line, tag, after, pidFrom, pidTo);
  return readMessage(automaton, message, stopLine);
}

function readMessage(automaton: i32, from: i32, end: i32): i32 {
  const classes = load<i32>(automaton + CLASSES);
  const transitions = load<i32>(automaton + TRANSITIONS);
  const moves = load<i32>(automaton + MOVES);
  // A state is where its row of transitions begins: to read a byte is to wait for one load, and little else.
  let row = load<i32>(automaton + FIRST_ROW);
  for (let at = from; at < end; at++) {
    const byte = <i32>load<u8>(at);
    const transition = load<i32>(row + (transitions + (<i32>load<u8>(classes + byte) << 2)));
    if (transition <= LAST_REASON) {
      if (transition == DEAD) return 0;
      if (transition == NOT_ASCII) return USUAL_WAY;
      set(AUTOMATON, automaton);
      set(STATE, row / load<i32>(automaton + ROW_SIZE));
      set(BYTE, byte);
      return NEW_TRANSITION;
    }
    row = transition & ROW;
    const moved = transition >>> ROW_BITS;
    if (moved != 0) move(load<i32>(moves + (moved << 2)), at);
  }
  const accepted = load<i32>(load<i32>(automaton + ACCEPTED) + ((row / load<i32>(automaton + ROW_SIZE)) << 2));
  if (accepted == 0) return 0;
  if (accepted == 1 || get(MAY_WRITE) == 0 || end - from > load<i32>(automaton + LONGEST)) return USUAL_WAY;
  if (get(BROKEN_COUNT) > 0 && isOfBrokenProcess()) return USUAL_WAY;
  store<i32>(END_REGISTER, end);
  return writeRow(accepted, from, end);
}
