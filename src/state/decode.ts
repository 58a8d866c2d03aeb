/**
 * From JSON to a type, or to the reason why it is none. A decoder takes what JSON.parse() gave, of which nothing is
 * known, and returns the value with its type; names that it does not know are left out. All that a file of the state
 * holds goes through one, so that no other room meets a value of another shape.
 */
import type { Damage } from './damage.ts';

/** Returns the value as a `T`; throws {@link Mismatch} if it is none. */
export type Decoder<T> = (value: unknown) => T;

/** A value is not what it should be. */
class Mismatch extends Error {
  /** The names and places that lead to it, the outermost first. */
  readonly path: (string | number)[] = [];

  /** `is not a number`. */
  constructor(reason: string) {
    super(reason);
    this.name = 'Mismatch';
  }
}

/** Returns what JSON text holds, or why it is damaged: `'lastRun.time' is not a number`. Never throws. */
export function decodeJson<T>(text: string, decoder: Decoder<T>): T | Damage {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { damage: text === '' ? 'empty' : 'not JSON', isNewer: false };
  }
  try {
    return decoder(value);
  } catch (error) {
    if (error instanceof NewerVersion) return { damage: error.message, isNewer: true };
    if (!(error instanceof Mismatch)) throw error;
    const path = error.path.join('.').slice(0, longestPath);
    return { damage: path === '' ? error.message : `'${path}' ${error.message}`, isNewer: false };
  }
}

/** Longer paths, which hold names that somebody else made up, are cut. Characters. */
const longestPath = 120;

class NewerVersion extends Error {}

/** Takes an object whose `version` is this one, and decodes it; a greater version is another kind of damage. */
export function versioned<T>(version: number, decoder: Decoder<T>): Decoder<T> {
  return (value) => {
    const found = objectOf(value).version;
    if (typeof found === 'number' && found > version) {
      throw new NewerVersion(`of version ${found}, written by a newer exact`);
    }
    if (found !== version) within('version', () => fail(`is not ${version}`));
    return decoder(value);
  };
}

function fail(reason: string): never {
  throw new Mismatch(reason);
}

/** Does a step; a mismatch in it is one under a name. */
function within<T>(name: string | number, step: () => T): T {
  try {
    return step();
  } catch (error) {
    if (error instanceof Mismatch) error.path.unshift(name);
    throw error;
  }
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as Record<string, unknown>) : fail('is not an object');
}

/** Takes an object by the decoders of its names; a name that decodes to undefined is left out. */
export function object<T extends object>(
  names: {
    readonly [Name in keyof T]-?: Decoder<T[Name] | (T extends Record<Name, T[Name]> ? never : undefined)>;
  },
): Decoder<T> {
  const decoders = Object.entries<Decoder<unknown>>(names);
  return (value) => {
    const source = objectOf(value);
    const made: Record<string, unknown> = {};
    for (const [name, decoder] of decoders) {
      const part = within(name, () => decoder(source[name]));
      if (part !== undefined) made[name] = part;
    }
    return made as T;
  };
}

/** Takes an object of any names, whose values are all of one kind. */
export function record<T>(decoder: Decoder<T>): Decoder<Readonly<Record<string, T>>> {
  return (value) => {
    const entries = Object.entries(objectOf(value));
    // Whatever the names are, `__proto__` too.
    return Object.fromEntries(entries.map(([name, part]) => [name, within(name, () => decoder(part))]));
  };
}

/** Takes an array, whose elements are all of one kind. */
export function array<T>(decoder: Decoder<T>): Decoder<readonly T[]> {
  return (value) => {
    if (!Array.isArray(value)) return fail('is not an array');
    return value.map((part, index) => within(index, () => decoder(part)));
  };
}

/** Takes an array, and of its elements those that are of one kind. */
export function wholeOnes<T>(decoder: Decoder<T>): Decoder<readonly T[]> {
  const one = orElse<readonly T[]>(
    (value) => [decoder(value)],
    () => [],
  );
  return (value) => array(one)(value).flat();
}

/** Takes what the first decoder takes, and anything else by the other one. */
export function orElse<T>(decoder: Decoder<T>, other: Decoder<T>): Decoder<T> {
  return (value) => {
    try {
      return decoder(value);
    } catch (error) {
      if (!(error instanceof Mismatch)) throw error;
      return other(value);
    }
  };
}

/** Takes what the decoder takes, or nothing at all, which becomes the other value. */
export function optional<T>(decoder: Decoder<T>): Decoder<T | undefined>;
export function optional<T>(decoder: Decoder<T>, otherwise: T): Decoder<T>;
export function optional<T>(decoder: Decoder<T>, otherwise?: T): Decoder<T | undefined> {
  return (value) => (value === undefined ? otherwise : decoder(value));
}

/** Takes what the decoder takes, or null. */
export function nullable<T>(decoder: Decoder<T>): Decoder<T | null> {
  return (value) => (value === null ? null : decoder(value));
}

/** Takes one of some texts. */
export function oneOf<T extends string>(...texts: readonly T[]): Decoder<T> {
  return (value) => texts.find((each) => each === value) ?? fail(`is not one of ${texts.join(', ')}`);
}

/** Takes what the decoder takes, if it is also right by a test; `reason` says what it is otherwise. */
export function having<T>(decoder: Decoder<T>, isRight: (value: T) => boolean, reason: string): Decoder<T> {
  return made(decoder, (value) => (isRight(value) ? value : undefined), reason);
}

/** Makes something of what the decoder takes; where it gives undefined, `reason` says what the value is. */
export function made<T, Made>(
  decoder: Decoder<T>,
  make: (value: T) => Made | undefined,
  reason: string,
): Decoder<Made> {
  return (value) => make(decoder(value)) ?? fail(reason);
}

/** Takes text. */
export const text: Decoder<string> = (value) => (typeof value === 'string' ? value : fail('is not text'));

/** Takes true or false. */
export const flag: Decoder<boolean> = (value) =>
  typeof value === 'boolean' ? value : fail('is not true or false');

/** Takes a finite number. */
export const number: Decoder<number> = (value) =>
  typeof value === 'number' && Number.isFinite(value) ? value : fail('is not a number');
