import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Circumstances, MailHost } from './run-exact.ts';

const zpopd = [
  'Nov 22 10:04:26 mx zpopd[811]: 5f2a: LOGIN OK u="alice" peer=192.0.2.10:41822 tls',
  'Nov 22 10:04:31 mx zpopd[813]: 5f2b: LOGIN OK u="bob" peer=[2001:db8::10]:50112',
  'Nov 22 10:04:40 mx zpopd[815]: 5f2c: LOGIN FAIL u="carol" peer=192.0.2.66:40001',
];

let host: MailHost;
let log: string;
beforeEach(() => {
  host = new MailHost();
  configure();
  log = write('zpopd.log', zpopd);
});

/** Gives the host a configuration of these lines. */
function configure(...lines: string[]): void {
  writeFileSync(host.config, [`maillog ${host.log}`, 'timezone Europe/Paris', ...lines, ''].join('\n'));
}

/** Writes lines into a file of the host and returns its path. */
function write(name: string, lines: readonly string[]): string {
  const path = join(host.folder, name);
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
  return path;
}

/** Runs the command; the folder's name is left out of what it says. */
async function testRule(words: readonly string[], circumstances: Circumstances = {}) {
  const { status, stdout, stderr } = await host.run(['test-rule', ...words], {
    now: '2026-11-22T12:00:00Z',
    ...circumstances,
  });
  const short = (text: string) => text.replaceAll(`${host.folder}/`, '');
  return { status, stdout: short(stdout), stderr: short(stderr) };
}

describe('exact test-rule', () => {
  it('says that no rule is for a program', async () => {
    expect(await testRule([log])).toEqual({
      status: 1,
      stdout:
        '3 lines, 0 logins; no rule is for program zpopd\n' +
        '  3 lines hold an address: see them with --unmatched, or try --suggest\n',
      stderr: '',
    });
  });

  it('shows what matched, and how far the other lines got', async () => {
    const match = '^%{WORD}: LOGIN OK u="%{USER}" peer=%{ADDRESS}:\\d+ tls$';
    const { status, stdout } = await testRule(['--program', 'zpopd', '--match', match, log]);
    expect(status).toBe(0);
    expect(stdout.split('\n').slice(0, 12)).toEqual([
      'zpopd.log:1: match',
      `  ${zpopd[0]}`,
      '  user alice, address 192.0.2.10, time 2026-11-22T10:04:26+01:00',
      '  verdict at that time: authorised until 10:34:26',
      'zpopd.log:2: no match, got to column 29 of the message',
      '  5f2b: LOGIN OK u="bob" peer=[2001:db8::10]:50112',
      "                              ^ wanted %{ADDRESS}, saw '['",
      '  fix: %{PEER} takes 192.0.2.10, 192.0.2.10:41822 and [2001:db8::10]:50112',
      'zpopd.log:3: no match, got to column 13 of the message',
      '  5f2c: LOGIN FAIL u="carol" peer=192.0.2.66:40001',
      "              ^ wanted 'OK u=\"', saw 'FAIL u='",
      '3 lines, 1 login, 2 near misses',
    ]);
  });

  it('says where an expression cannot be compiled', async () => {
    expect(await testRule(['--match', '^LOGIN (OK u=%{USER}', log])).toEqual({
      status: 78,
      stdout: '',
      stderr: "exact: --match: column 8: cannot compile: '(' is never closed\n",
    });
  });
});
