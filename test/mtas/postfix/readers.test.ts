import { describe, expect, it } from 'vitest';
import { isSetTo, rspamdKnows } from '../../../src/mtas/postfix/readers.ts';

const list = '/var/lib/exact/relay.txt';

describe('isSetTo()', () => {
  const setting = /^\s*InternalHosts\s+(?:(?:re)?file:)?/im;

  it.each([
    [`InternalHosts ${list}`, true],
    [`Mode sv\ninternalhosts\trefile:${list}\nSyslog no\n`, true],
    [`# InternalHosts ${list}`, false],
    [`InternalHosts ${list}.old`, false],
    [`InternalHosts /etc/hosts.dkim\nKeyFile ${list}`, false],
    [`InternalHosts lua:${list}`, false],
  ])('of %j', (text, want) => expect(isSetTo(text, setting, list)).toBe(want));
});

describe('rspamdKnows()', () => {
  const multimap = `EXACT_RELAY {\n  type = "ip";\n  map = "${list}";\n  prefilter = true;\n  action = "accept";\n}\n`;
  const signing = `sign_networks = "${list}";\n`;

  it.each([
    { name: 'both', multimap, signing, want: true },
    { name: 'file://', multimap: multimap.replace(list, `file://${list}`), signing, want: true },
    { name: 'no signing', multimap, signing: `# ${signing}`, want: false },
    { name: 'scores', multimap: multimap.replace('prefilter = true', 'score = -1'), signing, want: false },
    { name: 'another list', multimap: multimap.replace(list, '/etc/hosts'), signing, want: false },
  ])('with $name: $want', ({ multimap: given, signing: signed, want }) => {
    expect(rspamdKnows(given, signed, [list])).toBe(want);
  });
});
