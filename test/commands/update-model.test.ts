/**
 * Whole runs of `update` against a model that is three lines long: an address relays while its newest login is
 * younger than the timeout. Logs rotate, files of the state are lost, runs are made twice; the answer stays.
 */
import {
  appendFileSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { runsOf } from '../seeds.ts';
import { dovecotLogin, MailHost } from './run-exact.ts';

const runs = runsOf(20);
const timeout = 1800;
const beginning = Date.parse('2026-11-22T06:00:00Z') / 1000;

type Event =
  | { readonly kind: 'login'; readonly number: number; readonly late: number }
  | { readonly kind: 'wait'; readonly seconds: number }
  | {
      readonly kind:
        | 'noise'
        | 'rotate'
        | 'lose cursors'
        | 'lose pairs'
        | 'lose all'
        | 'rebuild'
        | 'update'
        | 'expire';
    };

const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('login' as const),
      number: fc.integer({ min: 1, max: 5 }),
      late: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 600 })),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 1200 }) }),
  },
  { weight: 7, arbitrary: fc.constant({ kind: 'update' as const }) },
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      ...(['noise', 'rotate', 'lose cursors', 'lose pairs', 'lose all', 'rebuild', 'expire'] as const).map(
        (kind) => ({ kind }),
      ),
    ),
  },
);

it(`R26 ${runs} random schedules of whole runs: exactly who logged in within the timeout relays`, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 5, maxLength: 40 }), async (events) => {
      const host = new MailHost();
      const newest = new Map<string, number>();
      let seconds = beginning;
      let generation = 0;
      const update = async (...options: string[]) => {
        const wanted = [...newest].filter(([, time]) => time + timeout > seconds).map(([address]) => address);
        const { status, stderr } = await host.run(['update', ...options], { now: textOf(seconds) });
        expect({
          status,
          stderr: stderr.replaceAll(/^exact: (?:recovered|\S+state\S*: not JSON).*\n/gm, ''),
        }).toEqual({ status: 0, stderr: '' });
        expect(readFileSync(host.relay, 'latin1').split('\n').filter(Boolean)).toEqual(wanted.sort());
      };
      await update();
      for (const one of events) {
        // A second passes with each event, so that no two lines are the same.
        seconds++;
        if (one.kind === 'login') {
          const address = `198.51.100.${one.number}`;
          const time = seconds - one.late;
          newest.set(address, Math.max(newest.get(address) ?? 0, time));
          write(host, dovecotLogin(textOf(time), `user${one.number}`, address), seconds);
        } else if (one.kind === 'wait') seconds += one.seconds;
        else if (one.kind === 'noise') write(host, noise(seconds), seconds);
        else if (one.kind === 'rotate') {
          for (let number = generation; number > 0; number--)
            renameSync(`${host.log}.${number}`, `${host.log}.${number + 1}`);
          renameSync(host.log, `${host.log}.1`);
          writeFileSync(host.log, '');
          generation++;
        } else if (one.kind === 'lose cursors') damage(host, 'state.cursors');
        else if (one.kind === 'lose pairs') rmSync(join(host.folder, 'state'), { force: true });
        else if (one.kind === 'lose all')
          for (const name of ['state', 'state.cursors', 'relay.txt', 'relay.cdb'])
            rmSync(join(host.folder, name), { force: true });
        else if (one.kind === 'rebuild') await update('--rebuild');
        else if (one.kind === 'expire' && existsSync(join(host.folder, 'state')))
          await host.run(['expire'], { now: textOf(seconds) });
        else if (one.kind === 'update') {
          await update();
          await update();
        }
      }
      await update();
    }),
    { numRuns: runs },
  );
}, 1_800_000);

/** Appends a line; the file's time is the model's. */
function write(host: MailHost, line: string, seconds: number): void {
  appendFileSync(host.log, line);
  utimesSync(host.log, seconds, seconds);
}

function damage(host: MailHost, name: string): void {
  writeFileSync(join(host.folder, name), '{');
}

function noise(seconds: number): string {
  return `${textOf(seconds).replace('Z', '.1+00:00')} mx dovecot: imap-login: Disconnected (auth failed, 1 attempts): user=<x>, method=PLAIN, rip=203.0.113.9, lip=192.0.2.1\n`;
}

function textOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000', '');
}
