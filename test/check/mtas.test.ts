import { describe, expect, it } from 'vitest';
import { checkMtas } from '../../src/check/mtas.ts';
import { settingsFor } from '../mtas/settings.ts';

describe('checkMtas()', () => {
  it.each([
    { output: 'tcprules /tcp.smtp.cdb', title: 'tcpserver' },
    { output: 'courier /smtpaccess.dat', title: 'Courier' },
  ])('says of $title that it was not asked, and names no other', ({ output, title }) => {
    const findings = checkMtas(settingsFor(`output ${output}`));
    expect(findings).toContainEqual({
      ...{ level: 'note', subject: 'mta', fix: 'man 7 exact-maps' },
      text: `whether ${title} looks up the maps was not checked`,
    });
    // An MTA that is installed beside it may have other work.
    expect(findings.filter(({ level }) => level === 'FAIL' || level === 'WARN')).toEqual([]);
  });

  it('names all of those that were not', () => {
    const findings = checkMtas(settingsFor('output tcprules /tcp.smtp.cdb\noutput courier /smtpaccess.dat'));
    expect(findings.map(({ text }) => text)).toContain(
      'whether tcpserver or Courier looks up the maps was not checked',
    );
  });
});
