import { describe, expect, it } from 'vitest';
import { writeOutput } from '../../src/config/output-line.ts';
import { problemsOf, settingsOf } from './host.ts';

const usual = { kind: '', families: 'both', mode: 0o644, options: [], origin: '/etc/exact/exact.conf:1' };

describe('output', () => {
  const good = [
    { given: 'text /x', want: { ...usual, type: 'text', path: '/x' } },
    { given: 'cdb\t x/../y.cdb', want: { ...usual, type: 'cdb', path: '/etc/exact/y.cdb' } },
    {
      given: 'cdb /x ipv4 exim-net',
      want: { ...usual, type: 'cdb', path: '/x', families: 'ipv4', options: ['exim-net'] },
    },
    {
      given: 'text /x mode=0640 group=Debian-exim ipv6',
      want: { ...usual, type: 'text', path: '/x', families: 'ipv6', mode: 0o640, group: 'Debian-exim' },
    },
    { given: 'text /x mode=600', want: { ...usual, type: 'text', path: '/x', mode: 0o600 } },
    { given: 'postmap hash:/x', want: { ...usual, type: 'postmap', path: '/x', kind: 'hash' } },
    {
      given: 'postmap lmdb:x also=y',
      want: { ...usual, type: 'postmap', path: '/etc/exact/x', kind: 'lmdb', options: ['also=/etc/exact/y'] },
    },
    {
      given: 'tcprules /x merge=rules table=a=b',
      want: { ...usual, type: 'tcprules', path: '/x', options: ['merge=/etc/exact/rules', 'table=a=b'] },
    },
    {
      given: 'pgsql postgres://exact@db.example/relay ipv4',
      want: { ...usual, type: 'pgsql', path: 'postgres://exact@db.example/relay', families: 'ipv4' },
    },
  ];
  for (const { given, want } of good) {
    it(`reads ${given}, and writes it so that it reads the same`, () => {
      const [output] = settingsOf(`output ${given}`).outputs;
      expect(output).toEqual(want);
      expect(settingsOf(`output ${output && writeOutput(output)}`).outputs).toEqual([want]);
    });
  }

  const bad = [
    { given: 'hash:/x', want: "output 'hash:/x': unknown type, nearest: postmap hash:/x" },
    { given: 'btree /x', want: "output 'btree': unknown type, nearest: postmap btree:/x" },
    { given: 'cbd /x', want: "output 'cbd': unknown type, nearest: cdb" },
    {
      given: 'ldap /x',
      want: "output 'ldap': unknown type; types are text, cdb, postmap, cidr, tcprules, pgsql, mysql",
    },
    { given: 'cdb', want: "output 'cdb': no path; write output cdb PATH" },
    { given: 'mysql://h/d', want: "output 'mysql://h/d': unknown type, nearest: mysql mysql://h/d" },
    { given: 'postgres://h/d', want: "output 'postgres://h/d': unknown type, nearest: pgsql postgres://h/d" },
    { given: 'pgsql', want: "output 'pgsql': no URL; write output pgsql URL" },
    { given: 'pgsql /x', want: "output '/x': not a URL; write output pgsql URL" },
    {
      given: 'postmap /x',
      want: "output '/x': names no table kind; write output postmap KIND:PATH, as in postmap hash:/x",
    },
    { given: 'cdb /x ipv5', want: "output 'ipv5': unknown option, nearest: ipv4" },
    {
      given: 'text /x exim-net',
      want: "output 'exim-net': unknown option; options are ipv4, ipv6, mode=, group=",
    },
    { given: 'text /x group=', want: "output 'group=': has no value; write group=GROUP" },
    // It would have been the folder of the configuration.
    { given: 'tcprules /x merge=', want: "output 'merge=': has no value; write merge=PATH" },
    {
      given: 'text /x ipv4 ipv6',
      want: "output 'ipv6': cannot stand with ipv4; leave both out to publish both",
    },
    { given: 'text /x mode=rw', want: "output 'mode=rw': not a file mode in octal; write mode=0640" },
    {
      given: 'text /x mode=0666',
      want: "output 'mode=0666': lets others write or execute the map; write mode=0644 or mode=0640",
    },
    {
      given: 'text /x mode=0755',
      want: "output 'mode=0755': lets others write or execute the map; write mode=0644 or mode=0640",
    },
    {
      given: 'text /x mode=0044',
      want: "output 'mode=0044': keeps the owner from reading the map; write mode=0640",
    },
    {
      given: 'pgsql postgres://h/d mode=0600',
      want: "output 'mode=0600': is for files, and this output is none",
    },
    { given: 'postmap sdbm:/x', want: 'output postmap sdbm:/x: this postmap makes no sdbm' },
    {
      given: 'text "/x"',
      want: `output '"/x"': no shell reads this file; write the whole path, without quotes`,
    },
  ];
  for (const { given, want } of bad) {
    it(`refuses ${given}`, () => expect(problemsOf(`output ${given}`)).toEqual([`exact.conf:1: ${want}`]));
  }

  it('tells each bad option of a line', () => {
    expect(problemsOf('output text /x mode=9 foo')).toHaveLength(2);
  });

  it('never shows a password', () => {
    const urls = [
      'postgres://exact:s3cret@db/x mode=0600 y://a:s3cret@b',
      'postgres:/exact:s3cret@db/x?password=s3cret',
    ];
    for (const url of [...urls, 'pgsql2 postgres://exact:s3cret@db/x', 'x://u:s3cret@h']) {
      expect(problemsOf(`output pgsql ${url}\noutput ${url}`).join()).not.toContain('s3cret');
    }
  });
});
