import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { AskedClient } from '../../../src/mtas/opensmtpd/conditions.ts';
import { readStatements } from '../../../src/mtas/opensmtpd/smtpd-conf.ts';
import { matchedAt, refusingFilters, takeApart } from '../../../src/mtas/opensmtpd/verdicts.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const client: AskedClient = {
  address: '198.51.100.7',
  name: { isTemporary: false },
  helo: 'laptop',
  sender: 'alice@local.example',
  recipient: 'somebody@remote.example',
  mayRelay: true,
};

function confOf(...lines: readonly string[]) {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'more'), 'table blocked { 198.51.100.0/28, "2001:db8:7::/64" }\n');
  const text = lines.join('\n').replace('MORE', join(folder, 'more'));
  writeFileSync(join(folder, 'smtpd.conf'), `table exact db:/relay.db\nlisten on all tag T\n${text}\n`);
  return takeApart(readStatements(join(folder, 'smtpd.conf')), ['db:/relay.db']);
}

it('reads macros, included files, comments, and lines that go on', () => {
  const conf = confOf(
    'out = "relay-out" # "not',
    'include "MORE"',
    'action "relay-out" relay',
    'match from src <exact> \\',
    '  for any action $out',
    'filter here phase rcpt-to match rcpt-to {',
    '  "@local.example", # ours',
    '  "@other.example" } reject "550 no, # \\" yes"',
  );
  const { match, relays } = matchedAt(conf, conf.listeners[0] as never, client);
  expect([relays, match?.statement.line, match?.statement.lastLine]).toEqual([true, 6, 7]);
  expect(conf.filters.get('here')).toMatchObject({
    conditions: [{ what: 'rcpt-to', values: ['@local.example', '@other.example'] }],
    reply: '550 no, # \\" yes',
  });
  expect([...conf.tables.keys()]).toEqual(['exact', 'blocked']);
});

it.each([
  ['match for any', undefined],
  ['match from any', undefined],
  ['match from src <exact> for any', true],
  ['match !from src <exact> for any', undefined],
  ['match from src <blocked> for any', true],
  ['match from src 198.51.100.8 for any', undefined],
  ['match from any for domain *.example', true],
  ['match from any for domain { local.example }', undefined],
  ['match from any mail-from "@local.example" for any', true],
  ['match from auth for any', undefined],
  ['match from rdns regex <x> for any', undefined],
  ['match tag T from any for any', true],
  ['match !tag T from any for any', undefined],
])('knows whom a match takes: %s', (line, relays) => {
  const conf = confOf('include "MORE"', 'action out relay', `${line} action out`);
  const found = matchedAt(conf, conf.listeners[0] as never, client);
  expect(found.match === undefined ? undefined : found.relays).toBe(relays);
});

it('knows that a bypass ends its phase and no other, and who is met before', () => {
  const conf = confOf(
    'filter own phase connect match src <exact> bypass',
    'filter names phase connect match !rdns reject "550 names"',
    'filter login phase mail-from match !auth reject "550 login"',
    'filter some phase ehlo match helo regex <x> reject "550 helo"',
    'listen on all filter { login, own, names, some }',
    'listen on all filter names',
  );
  const told = (index: number, asked: AskedClient) =>
    refusingFilters(conf, conf.listeners[index] as never, asked).map(({ severity, reply }) => [
      severity,
      reply,
    ]);
  expect(told(1, client)).toEqual([
    ['maybe', '550 helo'],
    ['yes', '550 login'],
  ]);
  expect(told(1, { ...client, mayRelay: false })[0]).toEqual(['yes', '550 names']);
  expect(told(2, { ...client, name: { isTemporary: true } })).toEqual([['maybe', '550 names']]);
  expect(told(2, { ...client, name: { isTemporary: false, reverse: 'x.example' } })).toEqual([]);
});
