/**
 * The memory of the machine that makes rows of logins (the folder machine/), and what stands where in it. All numbers have four
 * bytes, little-endian; a place is a number of bytes from the beginning.
 */

/** Bytes of a number. */
export const numberSize = 4;

/** Numbers by which the machine and its caller talk to each other, by their places. */
export const control = {
  /** The next line. */
  at: 64,
  end: 68,
  /** Number of the next line. */
  line: 72,
  /** Where the next row goes, and where there is no room for one. */
  out: 76,
  outLimit: 80,
  /** Rows written. */
  rows: 84,
  /** 0: every login goes the usual way. */
  mayWrite: 88,
  /** 1: the next line goes the usual way, whatever it says. */
  usualNext: 92,
  /** Where the line before begins, if it is a login; 0 if it is none. */
  lastRow: 96,
  /** End of the line that the machine returned for, its line feed left out. */
  stop: 100,
  headLength: 104,
  /** Place of the digits of the seconds in a head. */
  seconds: 108,
  isRfc5424: 112,
  /** Seconds of the head's hour or minute since which logins are wanted, and before which; 0 and 3600 or 60 for all. */
  since: 116,
  until: 120,
  minuteLength: 124,
  hostLength: 128,
  /** The transition that the machine lacks. */
  automaton: 132,
  state: 136,
  byte: 140,
  /** The program or address that it does not know. */
  text: 144,
  textEnd: 148,
  /** Bytes of the longest line that is looked at. */
  longestLine: 152,
  /** The name of the log as it stands in a row. */
  source: 156,
  sourceLength: 160,
  /** Processes whose next login goes the usual way: how many, and the number of each. */
  brokenCount: 164,
  broken: 168,
  /** Place of the digits of the minute in a head that is known for all of an hour; 0 in one that is for its minute. */
  minutes: 232,
} as const;

/** Places of what is always in the same place, and how much room there is. */
export const place = {
  /** Most processes at {@link control.broken}. */
  brokenRoom: 16,
  /**
   * The head, for each of its digits that may differ the greatest that it may be (for all else 0), and a mask of the bytes that
   * it has.
   */
  head: 1024,
  headLimits: 2048,
  kept: 6144,
  headRoom: 1008,
  /** The beginning of a row: the time to the minute. */
  minute: 3072,
  minuteRoom: 112,
  host: 3200,
  hostRoom: 368,
  /** By byte, whether a user's name that has it is printed as it is. */
  plain: 3584,
  registers: 4096,
  /** The last of the registers has the end of the message. */
  endRegister: 511,
  programs: 8192,
  programSlots: 4096,
  addresses: 24_576,
  addressSlots: 16_384,
  /** What comes from here on is free. */
  free: 131_072,
} as const;

/** Where the fields of a program stand, from its beginning. */
export const programField = { automaton: 0, broken: 4, ahead: 8, length: 12, name: 16 } as const;

/** What stands in the place of a program's automaton, or of what a state accepts. */
export const noUse = 0;
/** The same, for lines that go the usual way. */
export const usualWay = 1;

/** Where the fields of an automaton stand. */
export const automatonField = {
  classes: 0,
  transitions: 4,
  rowSize: 8,
  firstRow: 12,
  accepted: 16,
  moves: 20,
  longest: 24,
} as const;

/** What a transition is made of: as in machine/layout.ts. */
export const transitionBits = { row: 20, dead: 1, notAscii: 2 } as const;

/** Bytes of an automaton's fields. */
export const automatonSize = 32;

/** Where the fields of an address stand. */
export const addressField = { printed: 0, printedLength: 4, loggedLength: 8, logged: 12 } as const;

/** Memory of which parts are given away, and taken back all at once if at all. */
export class MachineMemory {
  readonly bytes: Buffer;
  readonly #numbers: Int32Array;
  #free: number = place.free;

  constructor(memory: ArrayBuffer) {
    this.bytes = Buffer.from(memory);
    this.#numbers = new Int32Array(memory);
  }

  /** Returns the number at a place. */
  get(at: number): number {
    return this.#numbers[at >> 2] as number;
  }

  /** Puts a number at a place. */
  set(at: number, value: number): void {
    this.#numbers[at >> 2] = value;
  }

  /** Returns the place of so many bytes that are nobody's yet, all 0; undefined if there are no more. */
  allocate(size: number): number | undefined {
    const at = (this.#free + 15) & ~15;
    if (at + size > this.bytes.length) return undefined;
    this.#free = at + size;
    return at;
  }

  /** Puts text (UTF-8) at a place of its own; returns it and its length in bytes, or undefined. */
  text(text: string): { at: number; length: number } | undefined {
    const length = Buffer.byteLength(text);
    // Texts are copied 16 bytes at a time.
    const at = this.allocate(length + 16);
    if (at === undefined) return undefined;
    this.bytes.write(text, at);
    return { at, length };
  }
}
