/** Failed logins in the samples of all servers: who is told of, and that nobody can make one of another's address. */
import { appendFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type FailedLogin, failureReader, failureRules } from '../../src/refusals/failed-logins.ts';
import { utc } from '../../src/syslog/zone.ts';
import { dovecotLogin, MailHost } from '../commands/run-exact.ts';
import { type Sample, samples } from '../rules/samples.ts';
import { linesOf } from './samples.ts';

const rules = await failureRules();
const servers = [...new Set(rules.map(({ name }) => name))];

/** Failed logins of a sample, by the number of their line. */
function failuresIn(sample: Pick<Sample, 'bytes'>, some = rules): Map<number, FailedLogin> {
  const read = failureReader(some, utc, 120);
  const found = new Map<number, FailedLogin>();
  let line = 0;
  for (const chunk of linesOf(sample.bytes)) {
    line++;
    read({ ...chunk, writtenBefore: Date.UTC(2026, 11, 31) / 1000 }, (failed) => found.set(line, failed));
  }
  return found;
}

describe('the rules for failed logins', () => {
  it.each(samples.map((sample) => [sample.name, sample] as const))('tell the truth of %s', (_, sample) => {
    for (const [line, { address }] of failuresIn(sample)) {
      const text = sample.lines[line - 1];
      expect(address, text).not.toBe('203.0.113.66');
      expect(sample.truth.get(line)?.login ?? false, text).not.toBe(true);
    }
  });

  it.each(servers)('find those of %s', (server) => {
    const its = samples.filter((sample) => sample.server === server);
    expect(its.flatMap((sample) => [...failuresIn(sample).values()])).toContainEqual(
      expect.objectContaining({ server }),
    );
  });

  it('have no expression that no sample needs', () => {
    const idle = rules.flatMap((rule) =>
      rule.match.flatMap((one, index) => {
        const its = samples.filter(({ server }) => server === rule.name);
        const alone = [{ ...rule, match: [one] }];
        return its.some((sample) => failuresIn(sample, alone).size > 0) ? [] : [`${rule.name} ${index}`];
      }),
    );
    expect(idle).toEqual([]);
  });
});

describe('exact dump', () => {
  const at = (time: string) => ({ now: `2026-11-22T${time}Z` });
  const line = (time: string, words: string) => `2026-11-22T${time}.1+00:00 mx ${words}\n`;
  const failedLine = line(
    '10:14:03',
    'dovecot: imap-login: Disconnected: Connection closed (auth failed, 1 attempts in 2 secs): user=<alice>, method=PLAIN, rip=203.0.113.9, lip=192.0.2.1, session=<x>',
  );
  const told = '10:14:03 alice failed to log in from 203.0.113.9 (dovecot): wrong password or user name';

  it('says who has just given a wrong password, and lets nobody in for it', async () => {
    const host = new MailHost();
    appendFileSync(host.log, failedLine + dovecotLogin('2026-11-22T10:14:05Z', 'bob', '192.0.2.10'));
    await host.run(['update'], at('10:15:00'));
    const answer = await host.run(['dump', '203.0.113.9'], at('10:16:00'));
    expect(answer.status).toBe(1);
    expect(answer.stdout).toBe(`203.0.113.9: no: no login from this address in the last 24 h\n  ${told}\n`);
    const json = await host.run(['dump', '203.0.113.9', '--json'], at('10:16:00'));
    expect(JSON.parse(json.stdout)).toMatchObject({
      relays: false,
      failed: [{ time: '2026-11-22T10:14:03Z', user: 'alice', server: 'dovecot', isUnknownUser: false }],
    });
    // Another address has nothing to do with it, and an hour later it is old.
    expect((await host.run(['dump', '203.0.113.8'], at('10:16:00'))).stdout).not.toContain('failed');
    expect((await host.run(['dump', '203.0.113.9'], at('11:14:04'))).stdout).not.toContain('failed');
  });

  it('says it by the name of the user too, whose address nobody knows who answers the telephone', async () => {
    const host = new MailHost();
    appendFileSync(host.log, dovecotLogin('2026-11-22T10:10:00Z', 'alice', '198.51.100.7') + failedLine);
    const ask = async (user: string, time: string) =>
      (await host.run(['dump', '--user', user], at(time))).stdout;
    expect(await ask('Alice', '10:16:00')).toContain(`\n  ${told}\n`);
    await host.run(['update'], at('10:16:00'));
    const yes = '198.51.100.7: yes: alice (dovecot), login 10:10:00, until 10:40:00 (24 min)\n';
    expect(await ask('alice', '10:16:00')).toBe(`${yes}  ${told}\n`);
    expect(await ask('bob', '10:16:00')).not.toContain('failed');
    // From where the user relays by now, it is over; and so it is an hour later.
    appendFileSync(host.log, dovecotLogin('2026-11-22T10:17:00Z', 'alice', '203.0.113.9'));
    await host.run(['update'], at('10:17:30'));
    expect(await ask('alice', '10:18:00')).not.toContain('failed');
    expect(await ask('alice', '11:14:04')).not.toContain('failed');
  });

  it('keeps the ten addresses that were last, of one name that is tried from many', async () => {
    const host = new MailHost();
    const from = (last: number) => failedLine.replace('203.0.113.9', `203.0.113.${last}`);
    appendFileSync(host.log, Array.from({ length: 30 }, (_, index) => from(index + 1)).join(''));
    const { stdout } = await host.run(['dump', '--user', 'alice'], at('10:16:00'));
    const addresses = [...stdout.matchAll(/failed to log in from (\S+)/g)].map(([, address]) => address);
    expect(addresses).toEqual(Array.from({ length: 10 }, (_, index) => `203.0.113.${30 - index}`));
  });

  it('says so of clients that the MTA has refused', async () => {
    const host = new MailHost();
    const reply = '554 5.7.1 <you@remote.example>: Relay access denied';
    const refused = `postfix/smtpd[71]: NOQUEUE: reject: RCPT from unknown[203.0.113.9]: ${reply}; from=<alice@example.org> to=<you@remote.example> proto=ESMTP helo=<pc>`;
    appendFileSync(host.log, failedLine + line('10:14:30', refused));
    const { stdout } = await host.run(['dump', '--denied'], at('10:16:00'));
    expect(stdout).toContain(`no login from it in 24 h; ${told}\n`);
  });
});
