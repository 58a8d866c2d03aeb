import { appendFileSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { dovecotLogin, MailHost } from './run-exact.ts';

const at = (time: string) => ({ now: `2026-11-22T${time}Z` });
const login = dovecotLogin('2026-11-22T10:00:00Z', 'alice', '192.0.2.10');
const note = '2026-11-22T10:20:00+00:00 mx last message repeated 2 times\n';

it('a note that a login came again counts in the run after the login too, directly after it alone', async () => {
  const relays = async (between: readonly string[]) => {
    const host = new MailHost();
    for (const [index, lines] of [login, ...between, note].entries()) {
      appendFileSync(host.log, lines);
      await host.run(['update'], at(`10:2${index}:00`));
    }
    const { stdout } = await host.run(['dump', '192.0.2.10', '--json'], at('10:25:00'));
    await host.run(['update'], at('10:49:59'));
    return [JSON.parse(stdout).users[0].logins, readFileSync(host.relay, 'utf8')];
  };
  expect(await relays([])).toEqual([2, '192.0.2.10\n']);
  // A run without a new line forgets nothing.
  expect(await relays([''])).toEqual([2, '192.0.2.10\n']);
  expect(await relays(['2026-11-22T10:10:00+00:00 mx cron[7]: nothing\n'])).toEqual([1, '']);
});

it('a note at the beginning of another log is nothing', async () => {
  const host = new MailHost();
  const other = `${host.log}.2`;
  appendFileSync(host.config, `maillog ${other}\n`);
  appendFileSync(host.log, login);
  appendFileSync(other, note);
  await host.run(['update'], at('10:21:00'));
  const { stdout } = await host.run(['dump', '192.0.2.10', '--json'], at('10:25:00'));
  expect(JSON.parse(stdout).users[0].logins).toBe(1);
});

it('dump tells of a note that no run has read yet', async () => {
  const host = new MailHost();
  appendFileSync(host.log, login);
  await host.run(['update'], at('10:01:00'));
  appendFileSync(host.log, note);
  expect((await host.run(['dump', '192.0.2.10'], at('10:40:00'))).stdout).toContain(
    'not yet: login of alice 10:20:00',
  );
});
