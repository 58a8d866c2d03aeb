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
import { hasPair, isDigit, isPlainIPv4, lineEnd, put, putNumber } from './bytes';
import {
  ACCEPTED,
  ADDRESS_FROM,
  ADDRESS_TO,
  AT,
  AUTOMATON,
  BOUNDS,
  BOUND_COUNT,
  BROKEN_COUNT,
  BYTE,
  CLASSES,
  DEAD,
  END,
  ENDED,
  END_REGISTER,
  FIRST_ROW,
  FULL,
  HEAD_LENGTH,
  HOST,
  HOST_LENGTH,
  IS_RFC5424,
  LAST_REASON,
  LAST_ROW,
  LINE,
  LONGEST,
  LONGEST_LINE,
  MAY_WRITE,
  MINUTE,
  MINUTE_LENGTH,
  MOVES,
  NEW_ADDRESS,
  NEW_HEAD,
  NEW_PROGRAM,
  NEW_TRANSITION,
  NOT_ASCII,
  OUT,
  OUT_LIMIT,
  PIECE_ADDRESS,
  PIECE_HOST,
  PIECE_LINE,
  PIECE_LITERAL,
  PIECE_MINUTE,
  PIECE_PID,
  PIECE_PROGRAM,
  PIECE_SECONDS,
  PIECE_SOURCE,
  PIECE_USER,
  PLAIN,
  PRINTED,
  PRINTED_LENGTH,
  PROGRAM_AHEAD,
  PROGRAM_AUTOMATON,
  PROGRAM_BROKEN,
  ROW,
  ROWS,
  ROW_BITS,
  ROW_SIZE,
  SECONDS,
  SINCE,
  SOURCE,
  SOURCE_LENGTH,
  STATE,
  STOP,
  TEMPLATE,
  TEXT,
  TEXT_END,
  TRANSITIONS,
  UNTIL,
  USER_FROM,
  USER_TO,
  USUAL_NEXT,
  USUAL_WAY,
} from './layout';
import { addressAt, get, hasKnownHead, isBrokenProcess, move, programAt, register, set } from './tables';

/** Lines of a program that go the usual way after one that may be broken: see line-filter.ts. */
const linesAfterBroken = 50;
const mostPidDigits = 10;
const longestUser = 255;
const lastSecond = 59;

// The line that is being read: where it and its parts stand.
let lineStart: i32 = 0;
let lineNumber: i32 = 0;
let tagFrom: i32 = 0;
let tagTo: i32 = 0;
let pidFrom: i32 = 0;
let pidTo: i32 = 0;

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
  lineStart = start;
  lineNumber = line;
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
  tagFrom = tag;
  tagTo = after;
  pidFrom = 0;
  pidTo = 0;
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
  if (get(BROKEN_COUNT) > 0 && isBrokenProcess(pidFrom, pidTo)) return USUAL_WAY;
  store<i32>(END_REGISTER, end);
  return writeRow(accepted, from, end);
}

function writeRow(accepted: i32, from: i32, end: i32): i32 {
  let bound = accepted + BOUNDS;
  for (let left = load<i32>(accepted + BOUND_COUNT); left > 0; left--) {
    const length = register(load<i32>(bound + 4)) - register(load<i32>(bound));
    if (length < load<i32>(bound + 8) || length > load<i32>(bound + 12)) return USUAL_WAY;
    bound += 16;
  }
  const addressFrom = register(load<i32>(accepted + ADDRESS_FROM));
  const addressTo = register(load<i32>(accepted + ADDRESS_TO));
  const userFrom = register(load<i32>(accepted + USER_FROM));
  const userTo = register(load<i32>(accepted + USER_TO));
  const userLength = userTo - userFrom;
  if (userLength <= 0 || userLength > longestUser) return USUAL_WAY;
  for (let at = userFrom; at < userTo; at++) if (load<u8>(PLAIN + load<u8>(at)) == 0) return USUAL_WAY;
  // Whoever may be called 'anonymous', and what may say '=ANONYMOUS'.
  if (userLength >= 9 && (load<u32>(userFrom) | 0x20202020) == 0x6e6f6e61) return USUAL_WAY;
  if (hasPair(from, end, 0x3d, 0x41, 0)) return USUAL_WAY;
  const seconds = lineStart + get(SECONDS);
  const second = (<i32>load<u8>(seconds) - 0x30) * 10 + <i32>load<u8>(seconds + 1) - 0x30;
  if (second > lastSecond) return USUAL_WAY;
  let printedFrom = addressFrom;
  // '::ffff:' is passed over.
  if (load<u64>(addressFrom) << 8 == 0x3a666666663a3a00) printedFrom += 7;
  let printed = addressTo - printedFrom;
  if (!isPlainIPv4(printedFrom, addressTo)) {
    const address = addressAt(addressFrom, addressTo);
    if (address == 0) {
      set(TEXT, addressFrom);
      set(TEXT_END, addressTo);
      return NEW_ADDRESS;
    }
    printedFrom = load<i32>(address + PRINTED);
    printed = load<i32>(address + PRINTED_LENGTH);
  }
  if (second >= get(SINCE) && second < get(UNTIL)) {
    let out = get(OUT);
    if (out > get(OUT_LIMIT)) return FULL;
    for (let piece = load<i32>(accepted + TEMPLATE); ; piece += 12) {
      const kind = load<i32>(piece);
      if (kind == PIECE_LITERAL) out = put(out, load<i32>(piece + 4), load<i32>(piece + 8));
      else if (kind == PIECE_MINUTE) out = put(out, MINUTE, get(MINUTE_LENGTH));
      else if (kind == PIECE_SECONDS) {
        store<u16>(out, load<u16>(seconds));
        out += 2;
      } else if (kind == PIECE_ADDRESS) out = put(out, printedFrom, printed);
      else if (kind == PIECE_USER) out = put(out, userFrom, userLength);
      else if (kind == PIECE_HOST) out = put(out, HOST, get(HOST_LENGTH));
      else if (kind == PIECE_PID) out = put(out, pidFrom, pidTo - pidFrom);
      else if (kind == PIECE_LINE) out = putNumber(out, lineNumber);
      else if (kind == PIECE_PROGRAM) out = put(out, tagFrom, tagTo - tagFrom);
      else if (kind == PIECE_SOURCE) out = put(out, get(SOURCE), get(SOURCE_LENGTH));
      else break;
    }
    set(OUT, out);
    set(ROWS, get(ROWS) + 1);
  }
  set(LAST_ROW, lineStart);
  return 0;
}
