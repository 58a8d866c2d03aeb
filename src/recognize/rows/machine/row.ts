/** The row of a login: where the parts of its line stand, whether they may be printed, and the pieces that it is made of. */
import { hasPair, isPlainIPv4, isPlainIPv6, put, putNumber, twoDigits } from './bytes';
import {
  ADDRESS_FROM,
  ADDRESS_TO,
  BOUNDS,
  BOUND_COUNT,
  FULL,
  HOST,
  HOST_LENGTH,
  LAST_ROW,
  MINUTE,
  MINUTES,
  MINUTE_DIGITS,
  MINUTE_LENGTH,
  NEW_ADDRESS,
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
  ROWS,
  SECONDS,
  SINCE,
  SOURCE,
  SOURCE_LENGTH,
  TEMPLATE,
  TEXT,
  TEXT_END,
  UNTIL,
  USER_FROM,
  USER_TO,
  USUAL_WAY,
} from './layout';
import { addressAt, get, isBrokenProcess, register, set } from './tables';

const longestUser = 255;
const lastSecond = 59;

// The line that is being read: where it and its parts stand.
let lineStart: i32 = 0;
let lineNumber: i32 = 0;
let tagFrom: i32 = 0;
let tagTo: i32 = 0;
let pidFrom: i32 = 0;
let pidTo: i32 = 0;

/** Says where a line and its parts stand; a process number that is none is nowhere. */
export function placeLine(start: i32, line: i32, tag: i32, tagEnd: i32, pid: i32, pidEnd: i32): void {
  lineStart = start;
  lineNumber = line;
  tagFrom = tag;
  tagTo = tagEnd;
  pidFrom = pid;
  pidTo = pidEnd;
}

/** Whether the process of the line may be in the middle of one that was broken. */
export function isOfBrokenProcess(): bool {
  return isBrokenProcess(pidFrom, pidTo);
}

/** Writes the row of a login that a message in [from, end) is, if it can be decided here; returns 0 where that is done. */
export function writeRow(accepted: i32, from: i32, end: i32): i32 {
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
  // Whoever may be called 'anonymous', and what may say 'ANONYMOUS'.
  if (userLength >= 9 && (load<u32>(userFrom) | 0x20202020) == 0x6e6f6e61) return USUAL_WAY;
  if (hasPair(from, end, 0x41, 0x4e, 0)) return USUAL_WAY;
  const seconds = lineStart + get(SECONDS);
  let second = twoDigits(seconds);
  if (second > lastSecond) return USUAL_WAY;
  const minutes = get(MINUTES) == 0 ? 0 : lineStart + get(MINUTES);
  if (minutes != 0) second += twoDigits(minutes) * 60;
  let printedFrom = addressFrom;
  // '::ffff:' is passed over.
  if (load<u64>(addressFrom) << 8 == 0x3a666666663a3a00) printedFrom += 7;
  let printed = addressTo - printedFrom;
  if (!isPlainIPv4(printedFrom, addressTo) && !isPlainIPv6(addressFrom, addressTo)) {
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
      else if (kind == PIECE_MINUTE) {
        out = put(out, MINUTE, get(MINUTE_LENGTH));
        if (minutes != 0) store<u16>(out - MINUTE_DIGITS, load<u16>(minutes));
      } else if (kind == PIECE_SECONDS) {
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
