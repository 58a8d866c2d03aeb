/** Who calls: the name that stands beside what somebody has revoked or let in. */
import { userInfo } from 'node:os';
import type { Invocation } from './invocation.ts';

/** Returns the login name of whoever calls, of the account behind sudo where there is one. */
export function nameOfCaller({ world }: Pick<Invocation, 'world'>): string {
  return world.env.SUDO_USER ?? world.env.LOGNAME ?? world.env.USER ?? nameOfProcess();
}

/** cron and `env -i` leave no name in the environment; an account may have none at all. */
function nameOfProcess(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? '?'}`;
  }
}
