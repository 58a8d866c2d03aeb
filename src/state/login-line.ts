/** The last line of a log, where it was a login, as the cursors file keeps it: recognize/repeats.ts says what for. */
import type { Login } from '../relay/login.ts';
import { isCanonicalAddress } from './common-values.ts';
import { having, object, text } from './decode.ts';

/** A line that was a login, as a note after it is compared with it. */
export interface LoginLine extends Pick<Login, 'address' | 'user' | 'server' | 'host' | 'program' | 'pid'> {
  readonly message: string;
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
});
