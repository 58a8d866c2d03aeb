/** The last line of a log, where it was a login, as the cursors file keeps it: recognize/repeats.ts says what for. */
import type { Login } from '../relay/login.ts';
import { isCanonicalAddress, time } from './common-values.ts';
import { having, object, optional, text } from './decode.ts';

/** A line that was a login, as a note after it is compared with it. */
export interface LoginLine extends Pick<Login, 'address' | 'user' | 'server' | 'host' | 'program' | 'pid'> {
  readonly message: string;
  /** When it was, Unix seconds; no note without a stamp is read where that is not known. */
  readonly time?: number | undefined;
}

/** Takes such a line. */
export const loginLine = object<LoginLine>({
  address: having(text, isCanonicalAddress, 'is not an address'),
  user: text,
  server: text,
  host: text,
  program: text,
  pid: text,
  message: text,
  time: optional(time),
});
