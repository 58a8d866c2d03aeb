/** A half-open login, as the cursors file keeps it from run to run: recognize/half-open.ts says what it is. */
import { number, object, optional, text } from './decode.ts';

/** A connect line that waits for its login. */
export interface HalfOpenLogin {
  /** What its login will carry too: made by recognize/half-open.ts. */
  readonly key: string;
  /** Unix seconds of the connect line. */
  readonly time: number;
  /** As the line has it: whether it is an address is looked at when the login comes. */
  readonly address?: string;
  readonly user?: string;
}

/** Takes a half-open login. */
export const halfOpenLogin = object<HalfOpenLogin>({
  key: text,
  time: number,
  address: optional(text),
  user: optional(text),
});
