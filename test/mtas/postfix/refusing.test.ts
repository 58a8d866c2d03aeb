import { describe, expect, it } from 'vitest';
import { lookupOf, namedTable } from '../../../src/mtas/postfix/lookups.ts';
import { verdictOf } from '../../../src/mtas/postfix/refusing.ts';
import { listItems } from '../../../src/mtas/postfix/restrictions.ts';
import { settingsFor } from '../settings.ts';

const lookup = 'cdb:/var/lib/exact/relay';
const L = `check_client_access ${lookup}`;

function verdict(
  list: string,
  { name = 'smtpd_recipient_restrictions', networksAreOurs = false } = {},
): string {
  const [found] = settingsFor('output cdb /var/lib/exact/relay.cdb').outputs.flatMap(
    (one) => lookupOf(one) ?? [],
  );
  if (found === undefined) throw new Error('no lookup');
  const items = listItems(list, { classes: new Map(), valueOf: () => undefined });
  const { permits, hasLeave, refusing } = verdictOf(name, items, namedTable([found], found), networksAreOurs);
  const leave = permits ? 'permits' : hasLeave ? 'too late' : 'no leave';
  return [leave, ...refusing.map(({ text, severity, at }) => `${at}: ${text} ${severity}`)].join('; ');
}

describe('verdictOf()', () => {
  it.each([
    ['', 'no leave'],
    [`permit_mynetworks, ${L}, reject_unauth_destination`, 'permits'],
    [`reject_unauth_destination ${L}`, 'too late; 0: reject_unauth_destination refuses'],
    ['permit_mynetworks defer_unauth_destination', 'no leave; 1: defer_unauth_destination refuses'],
    [`check_sender_access ${lookup} reject`, 'no leave; 1: reject refuses'],
    [
      `reject_rbl_client a.example ${L} reject_rbl_client b.example`,
      'permits; 0: reject_rbl_client a.example refuses',
    ],
    [`warn_if_reject reject_rbl_client a.example ${L}`, 'permits'],
    [
      `check_policy_service unix:private/spf ${L}`,
      'permits; 0: check_policy_service unix:private/spf may refuse',
    ],
    ['permit_mynetworks reject_unauth_destination permit', 'no leave; 1: reject_unauth_destination refuses'],
    ['permit', 'permits'],
    [`${L.replace(lookup, `pipemap:{${lookup},inline:{OK=permit}}`)} reject`, 'permits'],
    [
      `${L.replace(lookup, `pipemap:{${lookup},inline:{{OK=FILTER smtp:[127.0.0.1]:10026}}}`)} reject`,
      'no leave; 1: reject refuses',
    ],
  ])('of %s: %s', (list, want) => {
    expect(verdict(list)).toBe(want);
  });

  it('has nothing to say of what own users meet as well, whose mail is in order', () => {
    const words = [
      'reject_non_fqdn_recipient',
      'reject_unknown_recipient_domain',
      'reject_unlisted_recipient',
      'reject_unauth_pipelining',
      'reject_non_fqdn_sender',
      'reject_unknown_sender_domain',
      'check_recipient_access texthash:/r',
    ];
    expect(verdict(`permit_mynetworks ${words.join(' ')} ${L}`)).toBe('permits');
    // A table before permit_mynetworks is for all.
    expect(verdict(`check_client_access cidr:/blocked permit_mynetworks ${L}`)).toBe('permits');
    expect(verdict(`permit_mynetworks check_client_access cidr:/blocked ${L}`)).toBe(
      'permits; 1: check_client_access cidr:/blocked by a table',
    );
  });

  it('takes permit_mynetworks for leave where mynetworks holds the table', () => {
    expect(verdict('permit_mynetworks defer_unauth_destination', { networksAreOurs: true })).toBe('permits');
  });

  it('takes a table that stands alone for leave where it is asked for the client', () => {
    expect(verdict(lookup, { name: 'smtpd_client_restrictions' })).toBe('permits');
    expect(verdict(lookup)).toBe('no leave');
  });
});
