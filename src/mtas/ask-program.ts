/** An MTA's own program that looks addresses up in a published map: what it answers, or that it cannot be asked. */
import { isProgram } from '../host/helper-program.ts';
import { Failure } from '../problem.ts';
import type { MtaAnswer } from './mta.ts';

/** Which program is asked for what. */
export interface Question {
  /** As people would call it: `postmap -q`. */
  readonly name: string;
  readonly program: string;
  /** Addresses and networks. */
  readonly asked: readonly string[];
}

/** Asks, and has a failure of the program as its answer; nothing where it is not installed. */
export function askProgram(
  { name, program, asked }: Question,
  relaysBy: () => Iterable<string>,
): MtaAnswer[] {
  if (!isProgram(program)) return [];
  try {
    return [{ program: name, asked, relays: new Set(relaysBy()) }];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [{ program: name, asked, relays: undefined, trouble: error.problem.what }];
  }
}

/** Returns an address that a network holds, or the address itself: what a server would look up. */
export function addressIn(form: string): string {
  return form.split('/', 1)[0] ?? form;
}
