/**
 * What stands where in the memory, and the numbers that machine and caller talk in; the same as in machine-memory.ts and
 * row-template.ts.
 */

// What run() returns with.
export const ENDED = 0;
export const USUAL_WAY = 1;
export const NEW_HEAD = 2;
export const NEW_PROGRAM = 3;
export const NEW_TRANSITION = 4;
export const NEW_ADDRESS = 5;
export const FULL = 6;

// The control block: numbers of four bytes.
export const AT = 64;
export const END = 68;
export const LINE = 72;
export const OUT = 76;
export const OUT_LIMIT = 80;
export const ROWS = 84;
export const MAY_WRITE = 88;
export const USUAL_NEXT = 92;
export const LAST_ROW = 96;
export const STOP = 100;
export const HEAD_LENGTH = 104;
export const SECONDS = 108;
export const IS_RFC5424 = 112;
export const SINCE = 116;
export const UNTIL = 120;
export const MINUTE_LENGTH = 124;
export const HOST_LENGTH = 128;
export const AUTOMATON = 132;
export const STATE = 136;
export const BYTE = 140;
export const TEXT = 144;
export const TEXT_END = 148;
export const LONGEST_LINE = 152;
export const SOURCE = 156;
export const SOURCE_LENGTH = 160;
export const BROKEN_COUNT = 164;
export const BROKEN = 168;
export const MINUTES = 232;

// Fixed places.
export const HEAD = 1024;
export const HEAD_LIMITS = 2048;
export const MINUTE = 3072;
/** So many bytes before its end stand the digits of the minute. */
export const MINUTE_DIGITS = 3;
export const HOST = 3200;
export const PLAIN = 3584;
export const REGISTERS = 4096;
/** What stands for the end of the message. */
export const END_REGISTER = REGISTERS + 511 * 4;
export const KEPT = 6144;
export const PROGRAMS = 8192;
export const PROGRAM_SLOTS = 4096;
export const ADDRESSES = PROGRAMS + PROGRAM_SLOTS * 4;
export const ADDRESS_SLOTS = 16384;

// A program: its automaton (0: no rule has a use for it; 1: the usual way), and what is kept of it; its name is behind
// the length.
export const PROGRAM_AUTOMATON = 0;
export const PROGRAM_BROKEN = 4;
export const PROGRAM_AHEAD = 8;
export const PROGRAM_LENGTH = 12;

// An automaton.
export const CLASSES = 0;
export const TRANSITIONS = 4;
/** Bytes of a state's row of transitions. */
export const ROW_SIZE = 8;
/** How far behind the first row that of the first state begins. */
export const FIRST_ROW = 12;
export const ACCEPTED = 16;
export const MOVES = 20;
export const LONGEST = 24;

// A transition: how far behind the first row that of the next state begins, and above that the number of a list of moves;
// 0 where it is not known, or a reason to go no further.
export const ROW_BITS = 20;
export const ROW = 0xfffff;
export const DEAD = 1;
export const NOT_ASCII = 2;
export const LAST_REASON = 3;

// What a state accepts.
export const TEMPLATE = 0;
export const USER_FROM = 4;
export const USER_TO = 8;
export const ADDRESS_FROM = 12;
export const ADDRESS_TO = 16;
export const BOUND_COUNT = 20;
export const BOUNDS = 24;

// An address as it is printed; as it stands in the log it is behind its length.
export const PRINTED = 0;
export const PRINTED_LENGTH = 4;
export const LOGGED_LENGTH = 8;

// Pieces of a row.
export const PIECE_LITERAL = 1;
export const PIECE_MINUTE = 2;
export const PIECE_SECONDS = 3;
export const PIECE_ADDRESS = 4;
export const PIECE_USER = 5;
export const PIECE_HOST = 6;
export const PIECE_PID = 7;
export const PIECE_LINE = 8;
export const PIECE_PROGRAM = 9;
export const PIECE_SOURCE = 10;
