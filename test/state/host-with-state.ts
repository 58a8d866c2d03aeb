/** A mail host that has run for a while, with whatever a state can hold, and its return to that after each damage. */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type StatePaths, statePaths } from '../../src/state/state-paths.ts';
import { KeptHost, sharedHost } from '../commands/kept-host.ts';
import { dovecotEnd, dovecotLogin, type Ran } from '../commands/run-exact.ts';

/** An instant of the day that the host lives through. */
export const at = (time: string) => ({ now: `2026-11-22T${time}Z`, env: { LOGNAME: 'root' } });

/** The key of the table that a host shares, where it does; nobody listens there. */
export const tableKey = 'exact@127.0.0.1:1/mail both of mx';

const login = (time: string, user: string, address: string) =>
  dovecotLogin(`2026-11-22T${time}Z`, user, address);
const end = (time: string, user: string, address: string) => dovecotEnd(`2026-11-22T${time}Z`, user, address);
const popa3d = (time: string, message: string) => `2026-11-22T${time}+00:00 mx popa3d[7]: ${message}\n`;
const seconds = (time: string) => Date.parse(`2026-11-22T${time}Z`) / 1000;

/** The address of a login whose first line was read before the damage and whose second comes after it. */
export const halfOpenAddress = '192.0.2.20';

/** A file of the state, by its name in the program. */
export type StateFile = keyof StatePaths;

/** A host at 10:07:30; its table shared with other hosts, if it is to be. */
export class HostWithState extends KeptHost {
  readonly state = join(this.folder, 'state');

  /** Returns what gives tests such a host. */
  static sharing(sharesTable: boolean): () => Promise<HostWithState> {
    const shared = ['output pgsql postgres://exact@127.0.0.1:1/mail source=mx'];
    const make = () =>
      new HostWithState(
        'sessions on',
        'session-limit 1h',
        'max-addresses-per-user 2',
        'max-users-per-address 2',
        'only 192.0.2.0/24 198.51.100.0/24',
        'users *',
        'not-users nobody',
        'metrics exact.prom',
        ...(sharesTable ? shared : []),
      );
    return sharedHost(make, (host) => host.#live(sharesTable));
  }

  async #live(sharesTable: boolean): Promise<void> {
    const writeTable = () => writeFileSync(this.file('tables'), JSON.stringify({ version: 1, tables }));
    if (sharesTable) writeTable();
    appendFileSync(
      this.log,
      [
        // One who may not relay shows that sessions end.
        login('09:59:50', 'eve', '203.0.113.9') + end('09:59:51', 'eve', '203.0.113.9'),
        login('10:00:00', 'alice', '192.0.2.10'),
        ...[11, 12, 13].map((number) => login('10:00:01', 'bob', `192.0.2.${number}`)),
        ...['heidi', 'ivan', 'judy'].map((user) => login('10:00:01', user, '192.0.2.50')),
        login('10:00:02', 'mallory', '198.51.100.66'),
        login('10:00:03', 'carol', '198.51.100.30'),
        popa3d('10:01:00', 'Session from 192.0.2.15'),
        popa3d('10:01:01', 'Authentication passed for dave'),
      ].join(''),
    );
    await this.run(['update'], at('10:05:00'));
    await this.run(['expire', '--user', 'mallory', '--for', '24h'], at('10:06:00'));
    await this.run(['expire', '--user', 'carol'], at('10:06:10'));
    appendFileSync(
      this.log,
      end('10:06:48', 'eve', '203.0.113.10') +
        popa3d('10:06:50', `Session from ${halfOpenAddress}`) +
        login('10:06:50', 'eve', '203.0.113.9'),
    );
    await this.run(['update'], at('10:07:00'));
    // As if the server had taken the rows.
    if (sharesTable) writeTable();
    appendFileSync(
      this.log,
      popa3d('10:07:20', 'Authentication passed for frank') + login('10:07:30', 'grace', '192.0.2.40'),
    );
  }

  /** The path of a file of the state. */
  file(name: StateFile): string {
    return statePaths(this.state)[name];
  }

  /** Those of its files that a run reads. */
  files(): StateFile[] {
    const files = ['pairs', 'cursors', 'revoked', 'history', 'tables'] as const;
    return files.filter((file) => existsSync(this.file(file)));
  }

  /** What the text map says. */
  addresses(): string[] {
    return readFileSync(this.relay, 'latin1').split('\n').filter(Boolean);
  }

  /** How far the log is read, by the cursors. */
  position(): unknown {
    const { maillogs } = JSON.parse(readFileSync(this.file('cursors'), 'utf8'));
    return maillogs[this.log].files.map(({ offset, tail }: Record<string, unknown>) => ({ offset, tail }));
  }

  /** Makes the configuration one that cannot be used. */
  misconfigure(): void {
    appendFileSync(this.config, 'time-out 1h\n');
  }

  /** Runs `update`. */
  update(time: string): Promise<Ran> {
    return this.run(['update'], at(time));
  }
}

const tables = {
  [tableKey]: {
    rows: [['192.0.2.10\talice', seconds('10:30:00')]],
    sent: [JSON.stringify(['user', 'mallory', seconds('10:06:00'), seconds('10:06:00') + 86_400])],
    revocations: [
      { kind: 'user', what: 'eve', source: 'other', at: 1, until: seconds('23:00:00'), who: 'root' },
    ],
    skew: -0.25,
  },
};
