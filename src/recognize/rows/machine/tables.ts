/** What the machine was told and taught, looked up: the control block, the head, programs, addresses, and the moves of registers. */
import { isSame } from './bytes';
import {
  ADDRESSES,
  ADDRESS_SLOTS,
  BROKEN,
  BROKEN_COUNT,
  HEAD,
  HEAD_LIMITS,
  KEPT,
  LOGGED_LENGTH,
  PROGRAMS,
  PROGRAM_LENGTH,
  PROGRAM_SLOTS,
  REGISTERS,
} from './layout';

/** Returns a number of the control block. */
export function get(field: i32): i32 {
  return load<i32>(field);
}

export function set(field: i32, value: i32): void {
  store<i32>(field, value);
}

/** Whether the process with a number may be in the middle of a line that was broken; one without a number is 0. */
export function isBrokenProcess(from: i32, to: i32): bool {
  let pid = 0;
  for (let at = from; at < to; at++) pid = pid * 10 + load<u8>(at) - 0x30;
  for (let left = get(BROKEN_COUNT); left > 0; left--) if (get(BROKEN + ((left - 1) << 2)) == pid) return true;
  return false;
}

/** Whether a line begins with the known head but for digits that may differ: of each, the greatest that it may be is known. */
export function hasKnownHead(at: i32, length: i32): bool {
  for (let done = 0; done < length; done += 16) {
    const line = v128.load(at + done);
    const limits = v128.load(HEAD_LIMITS + done);
    const mayDiffer = i8x16.ne(limits, i8x16.splat(0));
    const differing = v128.andnot(v128.xor(line, v128.load(HEAD + done)), mayDiffer);
    const wrong = v128.and(mayDiffer, i8x16.gt_u(i8x16.sub(line, i8x16.splat(0x30)), limits));
    if (v128.any_true(v128.and(v128.or(differing, wrong), v128.load(KEPT + done)))) return false;
  }
  return true;
}

/**
 * Returns the entry of a hash table whose text stands in [from, to); 0 where there is none. Its length stands `head` bytes
 * behind the entry's beginning, and the text behind that.
 */
function entryWith(table: i32, slots: i32, head: i32, from: i32, to: i32, hash: i32): i32 {
  let slot = hash & (slots - 1);
  while (true) {
    const entry = load<i32>(table + (slot << 2));
    if (entry == 0) return 0;
    const length = load<i32>(entry + head);
    if (length == to - from && isSame(entry + head + 4, from, length)) return entry;
    slot = (slot + 1) & (slots - 1);
  }
}

/** Returns the program with a name; 0 for one that is not known. */
export function programAt(from: i32, to: i32, hash: i32): i32 {
  return entryWith(PROGRAMS, PROGRAM_SLOTS, PROGRAM_LENGTH, from, to, hash);
}

/** Returns what is known of an address; 0 where nothing is. */
export function addressAt(from: i32, to: i32): i32 {
  let hash = 0;
  for (let at = from; at < to; at++) hash = hash * 31 + load<u8>(at);
  return entryWith(ADDRESSES, ADDRESS_SLOTS, LOGGED_LENGTH, from, to, hash);
}

/** Gives registers the place of a byte, or what others have; a list ends with a register below 0. */
export function move(list: i32, place: i32): void {
  for (let at = list; ; at += 8) {
    const to = load<i32>(at);
    if (to < 0) return;
    const from = load<i32>(at + 4);
    store<i32>(REGISTERS + (to << 2), from < 0 ? place : load<i32>(REGISTERS + (from << 2)));
  }
}

export function register(number: i32): i32 {
  return load<i32>(REGISTERS + (number << 2));
}
