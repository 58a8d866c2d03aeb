import { describe, expect, it } from 'vitest';
import { expanded, verdictOf, withLookup, wordsOf } from '../../../src/mtas/postfix/restrictions.ts';

const lookup = 'cdb:/var/lib/exact/relay';

describe('wordsOf()', () => {
  it('parts a list at blanks and commas, and keeps braces together', () => {
    expect(wordsOf(' permit_mynetworks,reject { check_client_access, x } inline:{a=b, c=d}')).toEqual([
      'permit_mynetworks',
      'reject',
      '{ check_client_access, x }',
      'inline:{a=b, c=d}',
    ]);
  });
});

describe('expanded()', () => {
  it('puts restriction classes in the place of their names, and ends where they go round', () => {
    const classes = new Map([
      ['popusers', `permit_mynetworks, check_client_access ${lookup}`],
      ['round', 'round reject'],
    ]);
    const words = expanded(['popusers', 'reject'], classes);
    expect(words).toEqual(['permit_mynetworks', 'check_client_access', lookup, 'reject']);
    expect(expanded(['round'], classes)).toContain('reject');
  });
});

describe('verdictOf()', () => {
  it.each([
    ['', 'passes'],
    [`permit_mynetworks, check_client_access ${lookup}, reject_unauth_destination`, 'permits'],
    [`reject_unauth_destination check_client_access ${lookup}`, 'too late'],
    [`check_sender_access ${lookup} reject`, 'refuses'],
    ['permit_mynetworks defer_unauth_destination', 'refuses'],
    ['permit_mynetworks reject_unknown_client_hostname', 'passes'],
  ])('of %s: %s', (list, verdict) => {
    expect(verdictOf(wordsOf(list), (word) => word === lookup, false)).toBe(verdict);
  });

  it('takes permit_mynetworks for leave where mynetworks holds the table', () => {
    const words = ['permit_mynetworks', 'defer_unauth_destination'];
    expect(verdictOf(words, () => false, true)).toBe('permits');
  });
});

describe('withLookup()', () => {
  it.each([
    [
      'permit_mynetworks, permit_sasl_authenticated, $more, reject_unauth_destination',
      `permit_mynetworks permit_sasl_authenticated $more check_client_access ${lookup} reject_unauth_destination`,
    ],
    [
      `reject_unauth_destination, check_client_access ${lookup}`,
      `check_client_access ${lookup} reject_unauth_destination`,
    ],
    [
      '$everything',
      `permit_mynetworks permit_sasl_authenticated check_client_access ${lookup} defer_unauth_destination`,
    ],
  ])('of %s', (list, want) => {
    expect(withLookup(list, lookup)).toBe(want);
  });
});
