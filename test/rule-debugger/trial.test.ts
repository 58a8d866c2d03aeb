/**
 * What `exact test-rule` tries is what `exact parse` finds: the same logins in every log that is kept here, in whatever
 * form its lines are, where a daemon has folded equal ones too.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { linesOfChunk } from '../../src/maillog/chunk-lines.ts';
import { createRecognizer } from '../../src/recognize/recognizer.ts';
import { createScanner } from '../../src/recognize/scan.ts';
import type { Login } from '../../src/relay/login.ts';
import { createTrial } from '../../src/rule-debugger/trial.ts';
import { loadRules } from '../../src/rules/load-rules.ts';
import { utc } from '../../src/syslog/zone.ts';

const { rules } = await loadRules({ servers: ['auto'], files: [] });
const options = { rules, zone: utc, connectWindow: 120 };
/** Some samples are newer, which is nothing to either. */
const writtenBefore = Date.parse('2026-11-30T12:00:00Z') / 1000;

function logsIn(folder: string): string[] {
  const path = fileURLToPath(new URL(folder, import.meta.url));
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' });
  return names.flatMap((name) => (name.endsWith('.log') ? [`${path}${name}`] : [])).sort();
}

const logs = [...logsIn('../syslog/forms/'), ...logsIn('../../src/servers/')].map((path) => ({
  path,
  name: `${basename(dirname(path))}/${basename(path)}`,
}));

function chunkOf(bytes: Buffer) {
  return { bytes, start: 0, end: bytes.length, source: 'log', firstLine: 1, isNew: false, writtenBefore };
}

function parsed(bytes: Buffer): Login[] {
  const logins: Login[] = [];
  const recognizer = createRecognizer({ ...options, logouts: false, takesAnyTime: true });
  createScanner(recognizer).scan(chunkOf(bytes), (outcome) => {
    if (outcome.kind === 'login') logins.push(outcome.login);
  });
  return logins;
}

async function tried(bytes: Buffer): Promise<Login[]> {
  const trial = await createTrial(options, 0);
  const logins: Login[] = [];
  for (const { text, number } of linesOfChunk(chunkOf(bytes))) {
    const context = { source: 'log', line: number, isNew: false, writtenBefore };
    const result = trial.take({ text, context });
    if (result.kind === 'read' && result.outcome.kind === 'login') logins.push(result.outcome.login);
  }
  return logins;
}

/** What does not matter to who logged in: `parse` has no use for sessions. */
const withoutSession = ({ session: _session, ...login }: Login) => login;

async function expectSame(bytes: Buffer): Promise<readonly Login[]> {
  const found = parsed(bytes);
  expect((await tried(bytes)).map(withoutSession)).toEqual(found.map(withoutSession));
  return found;
}

describe('a trial finds what parse does', () => {
  it.each(logs)('in $name', async ({ path }) => {
    await expectSame(readFileSync(path));
  });

  it.each(logs.filter(({ path }) => path.endsWith('.trad.log')))(
    'in $name, each line folded',
    async ({ path }) => {
      const text = readFileSync(path, 'latin1');
      const folded = text.replace(/^(\S+ +\S+ \S+ \S+ ).*$/gm, '$&\n$1last message repeated 2 times');
      const found = await expectSame(Buffer.from(folded, 'latin1'));
      const once = parsed(Buffer.from(text, 'latin1'));
      expect(found).toHaveLength(2 * once.length);
    },
  );
});

it('takes no half of a login from a log before', async () => {
  const trial = await createTrial(options, 0);
  const connect = 'Nov 22 10:04:26 mx popa3d[811]: Session from 192.0.2.10';
  const login = 'Nov 22 10:04:27 mx popa3d[811]: Authentication passed for alice';
  const kindOf = (text: string, isFirst: boolean) => {
    const context = { source: 'log', line: 1, isNew: false, writtenBefore };
    const result = trial.take({ text, context, isFirst });
    return result.kind === 'read' ? result.outcome.kind : result.kind;
  };
  expect([kindOf(connect, true), kindOf(login, false)]).toEqual(['connect', 'login']);
  expect([kindOf(connect, true), kindOf(login, true)]).toEqual(['connect', 'refused']);
});
