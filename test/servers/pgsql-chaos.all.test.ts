/**
 * Several hosts and one table, through whatever happens to hosts and databases: schedules that a seed makes, held against
 * a model of who may relay. Nobody relays after the revocation has been acknowledged, and nobody is lost after the next
 * good run of the host. EXACT_SEEDS=500 tries as many schedules instead of 20; EXACT_CHAOS=17 that one alone.
 */
import { appendFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type InstalledExact, installExact } from './installed-exact.ts';
import { type Namespace, openNamespace } from './namespace.ts';
import { type Postgres, startPostgres } from './postgres.ts';
import { RelayModel } from './relay-model.ts';
import { replaceLines } from './results-table.ts';

const only = process.env.EXACT_CHAOS;
const count = Number(process.env.EXACT_SEEDS ?? 20);
const seeds =
  only === undefined ? Array.from({ length: count }, (_none, index) => index + 1) : [Number(only)];
const steps = 8;

let host: Namespace;
let exact: InstalledExact;
let postgres: Postgres;
const sums = { logins: 0, faults: 0, false: 0, lost: 0, left: 0 };

const visibleRows = 'select address from exact_relay where expires > now()';

beforeAll(async () => {
  host = await openNamespace();
  postgres = await startPostgres(host);
  exact = await installExact(host);
  await postgres.runFile(fileURLToPath(new URL('../../examples/pgsql.sql', import.meta.url)));
});

afterAll(async () => {
  if (only === undefined && process.env.EXACT_SERVERS === 'all') {
    const { logins, faults } = sums;
    const figures = [seeds.length, logins, faults, sums.false, sums.lost, sums.left].map(String);
    const heads = ['database', 'schedules', 'logins', 'faults', 'false', 'lost', 'left'];
    replaceLines(heads, [`| PostgreSQL | ${figures.join(' | ')} |`], (line) =>
      line.startsWith('| PostgreSQL |'),
    );
  }
  await host?.close();
});

/** A small generator of numbers below `count`, the same for each seed. */
function picker(seed: number): (count: number) => number {
  let state = seed * 0x9e3779b9;
  return (count) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % count;
  };
}

/** The hosts of one schedule. */
class Schedule {
  readonly #pick: (count: number) => number;
  readonly #seed: number;
  readonly model = new RelayModel();
  readonly hosts: number;
  readonly told: string[] = [];
  /** At most one of these in a schedule: together they lose what nobody has any more. */
  readonly disaster: string;
  #users = 0;
  #addresses = 0;

  constructor(seed: number) {
    this.#seed = seed;
    this.#pick = picker(seed);
    this.hosts = 2 + this.#pick(3);
    this.disaster = ['restore', 'state lost', 'state restored', 'twin', 'none'][this.#pick(5)] ?? '';
  }

  /** Makes the hosts, and the table empty. */
  async begin(): Promise<void> {
    await postgres.sql('truncate exact_relay, exact_revoked, exact_hosts');
    await host.must(['sh', '-c', `rm -rf ${exact.folder}/*`]);
    for (let index = 0; index < this.hosts; index++) await this.#configure(`h${index}`, `h${index}`);
  }

  async #configure(name: string, source: string): Promise<void> {
    const folder = join(exact.folder, name);
    await host.must(['install', '-d', '-o', 'exact', folder]);
    await writeFile(join(host.folder, `${name}.log`), '');
    await exact.configure(
      `${name}.conf`,
      [
        `maillog ${join(host.folder, `${name}.log`)}`,
        `state ${folder}/state`,
        `output text ${folder}/relay.txt`,
        `output pgsql postgres:///exact?host=${postgres.socketFolder}&user=exact_writer source=${source}`,
        '',
      ].join('\n'),
    );
  }

  async #run(index: number, words: readonly string[], killAfter?: number): Promise<number | null> {
    const command = exact.command(...words, '-c', join(host.folder, 'exact/etc', `h${index}.conf`));
    const kill = killAfter === undefined ? [] : ['timeout', '-s', 'KILL', String(killAfter)];
    const { status, stderr } = await host.run([...kill, ...command]);
    this.told.push(`h${index} ${words.join(' ')}: ${status} ${stderr.trim()}`);
    return status;
  }

  async #update(index: number, killAfter?: number): Promise<void> {
    if ((await this.#run(index, ['update'], killAfter)) === 0) this.model.good(index);
  }

  async #login(index: number): Promise<void> {
    const user = `u${this.#users + this.#pick(3)}`;
    const address = `198.51.${Math.floor(++this.#addresses / 250)}.${1 + (this.#addresses % 250)}`;
    const line = `${new Date().toISOString()} mx dovecot: imap-login: Login: user=<${user}>, method=PLAIN, rip=${address}, lip=192.0.2.1, mpid=71, TLS, session=<${address}>`;
    await appendFile(join(host.folder, `h${index}.log`), `${line}\n`);
    this.model.login(index, address, user);
    this.told.push(`h${index} login ${user} ${address}`);
  }

  async #revoke(index: number, killAfter?: number): Promise<void> {
    const address = this.#pick(2) === 0 ? this.model.someAddress(this.#pick) : undefined;
    const user = `u${this.#users + this.#pick(3)}`;
    const isRefusal = this.#pick(2) === 0;
    const what = address === undefined ? ['--user', user] : [address];
    const status = await this.#run(
      index,
      ['expire', ...what, ...(isRefusal ? ['--for', '1h'] : [])],
      killAfter,
    );
    const how = status === 0 || status === 1 ? 'done' : status === 75 ? 'unsent' : 'killed';
    this.model.revoke(index, address ?? user, how, isRefusal && address === undefined);
    // Whoever logs in again in the same second is void too: later logins are those of others.
    if (!isRefusal || how !== 'done') this.#users += 3;
  }

  /** Does one step. */
  async step(number: number): Promise<void> {
    const index = this.#pick(this.hosts);
    if (number === 2 && this.disaster === 'restore') await this.#dump();
    if (number === 2 && this.disaster === 'state restored') await this.#keepState(0);
    if (number === 5) await this.#strike();
    const fault = this.#pick(9);
    if (fault < 5) sums.faults++;
    if (fault === 0) return this.#killed(index);
    const repair = await this.#break(fault);
    if (this.#pick(3) === 0) await this.#revoke(index);
    else {
      await this.#login(index);
      await this.#update(index);
    }
    await repair();
  }

  async #killed(index: number): Promise<void> {
    const after = (20 + this.#pick(100)) / 100;
    if (this.#pick(3) === 0) return this.#revoke(index, after);
    await this.#login(index);
    return this.#update(index, after);
  }

  /** Something goes wrong while a host works; returns what makes it right again. */
  async #break(fault: number): Promise<() => Promise<unknown>> {
    if (fault === 1) {
      await postgres.stop();
      return () => postgres.start();
    }
    if (fault === 2) {
      await postgres.sql('alter role exact_writer connection limit 0');
      return () => postgres.sql('alter role exact_writer connection limit -1');
    }
    if (fault === 3) {
      const held = postgres.sql(
        "begin; select pg_advisory_xact_lock(hashtext('exact_relay')); select pg_sleep(1)",
      );
      return () => held;
    }
    if (fault === 4) {
      const ended = postgres.sql(`do $$ begin for i in 1..20 loop
        perform pg_terminate_backend(pid) from pg_stat_activity where application_name = 'exact';
        perform pg_sleep(0.07); perform pg_stat_clear_snapshot(); end loop; end $$`);
      return () => ended;
    }
    return async () => {};
  }

  async #dump(): Promise<void> {
    const tool = `pg_dump -h ${postgres.socketFolder} -U postgres --clean --if-exists exact`;
    await host.must(['sh', '-c', `${tool} >${host.folder}/dump.sql`]);
  }

  async #keepState(index: number): Promise<void> {
    const folder = join(exact.folder, `h${index}`);
    await host.must(['sh', '-c', `rm -rf ${folder}.kept && cp -a ${folder} ${folder}.kept`]);
  }

  async #strike(): Promise<void> {
    this.told.push(`disaster: ${this.disaster}`);
    const folder = join(exact.folder, 'h0');
    const others = Array.from({ length: this.hosts }, (_none, index) => index);
    if (this.disaster === 'restore') {
      const psql = `psql -X -q -1 -h ${postgres.socketFolder} -U postgres exact`;
      await host.must(['sh', '-c', `${psql} <${host.folder}/dump.sql >/dev/null`]);
      this.model.stale(others);
    } else if (this.disaster === 'state lost' || this.disaster === 'state restored') {
      await rm(folder, { recursive: true });
      if (this.disaster === 'state lost') await host.must(['install', '-d', '-o', 'exact', folder]);
      else await host.must(['mv', `${folder}.kept`, folder]);
      // Its name is free after a while.
      await postgres.sql("update exact_hosts set seen = seen - interval '6 min' where source = 'h0'");
      this.model.stale([0]);
    } else if (this.disaster === 'twin') {
      await this.#update(0);
      await this.#configure('h99', 'h0');
      expect(await this.#run(99, ['update'])).toBe(75);
    }
  }

  /** Good runs of all hosts; then everything has expired. */
  async end(): Promise<number> {
    for (let round = 0; round < 2; round++) {
      for (let index = 0; index < this.hosts; index++) await this.#update(index);
    }
    await this.check();
    await postgres.sql("update exact_relay set expires = now() - interval '1 s'");
    await this.#run(0, ['update']);
    return Number(await postgres.sql('select count(*) from exact_relay'));
  }

  /** Holds the table against the model. */
  async check(): Promise<void> {
    const visible = new Set((await postgres.sql(visibleRows)).split('\n'));
    const wrong = this.model.compare(visible);
    sums.false += wrong.false.length;
    sums.lost += wrong.lost.length;
    expect(wrong, `EXACT_CHAOS=${this.#seed}\n${this.told.join('\n')}`).toEqual({ false: [], lost: [] });
  }
}

it.each(seeds)(
  'schedule %i: nobody relays who is revoked, and nobody is lost',
  async (seed) => {
    const schedule = new Schedule(seed);
    await schedule.begin();
    for (let number = 0; number < steps; number++) {
      await schedule.step(number);
      await schedule.check();
    }
    const left = await schedule.end();
    sums.logins += schedule.model.logins;
    sums.left += left;
    process.stdout.write(
      `\nschedule ${seed}: ${schedule.hosts} hosts, ${schedule.model.logins} logins, ${schedule.disaster}\n`,
    );
    expect(left, schedule.told.join('\n')).toBe(0);
  },
  900_000,
);
