import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formerParameters } from '../../src/config/former-parameters.ts';
import { parameters } from '../../src/config/parameters.ts';
import { settingsText } from '../../src/config/settings-text.ts';
import { load, settingsOf } from './host.ts';

const example = readFileSync(new URL('../../examples/exact.conf', import.meta.url), 'utf8');

/** The lines that are a parameter commented out: a `#`, and no blank after it. */
const commentedOut = example.split('\n').flatMap((line) => /^#([a-z].*)$/.exec(line)?.[1] ?? []);

/** The lines that are in force, which the Debian package installs. */
const set = example.split('\n').filter((line) => /^[a-z]/.test(line));

const nameOf = (line: string) => line.split(' ', 1)[0];

describe('examples/exact.conf', () => {
  it('can be used as it is', () => {
    const { settings, problems, notes } = load(example);
    expect([problems, notes]).toEqual([[], []]);
    expect(settings?.timeout).toBe(1800);
    expect(set).toEqual([
      'sessions on',
      'max-addresses-per-user 50',
      'max-users-per-address 50',
      'user exact',
    ]);
  });

  it('has every name of today', () => {
    const today = parameters.filter((parameter) => !formerParameters.includes(parameter));
    expect(new Set([...commentedOut, ...set].map(nameOf))).toEqual(new Set(today.map(({ name }) => name)));
  });

  it('shows the defaults', () => {
    const defaults = parameters.flatMap(({ name, defaults: values }) =>
      values.map((value) => `${name} ${value}`),
    );
    const shown = defaults.filter((line) => !line.startsWith('authtype'));
    expect(commentedOut).toEqual(expect.arrayContaining(shown));
  });

  it('has no comment that would be wrong if its # went', () => {
    const { problems } = load(commentedOut.join('\n'));
    expect(problems).toEqual([]);
    expect(settingsText(settingsOf(commentedOut.join('\n')))).toContain('on-change');
  });
});
