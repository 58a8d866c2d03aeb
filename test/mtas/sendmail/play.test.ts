import { expect, it } from 'vitest';
import { refusingRules, replyOf, returnsIn } from '../../../src/mtas/sendmail/play.ts';

/** What `sendmail -bt` 8.17.1.9 prints, with FEATURE(dnsbl) and without delay_checks. */
const said = `ADDRESS TEST MODE (ruleset 3 NOT automatically invoked)
Enter <ruleset> <address>
> > > > > > ExactJoin          input: [ 198 . 51 . 100 . 7 ] $| 198 . 51 . 100 . 7
ExactJoin        returns: [ 198 . 51 . 100 . 7 ] $| 198 . 51 . 100 . 7
check_relay        input: [ 198 . 51 . 100 . 7 ] $| 198 . 51 . 100 . 7
Basic_check_rela   input: [ 198 . 51 . 100 . 7 ] $| 198 . 51 . 100 . 7
Basic_check_rela returns: $# error $@ 5 . 7 . 1 $: "550 Rejected: " 198 . 51 . 100 . 7 " listed at dialup.example"
check_relay      returns: $# error $@ 5 . 7 . 1 $: "550 Rejected: " 198 . 51 . 100 . 7 " listed at dialup.example"
> check_mail         input: < alice @ local . example >
check_mail       returns: @ alice < @ local . example >
> check_rcpt         input: < somebody @ remote . example >
Relay_ok         returns: $# error $@ 5 . 7 . 1 $: "550 Relaying denied. IP name lookup failed " [ 198 . 51 . 100 . 7 ]
check_rcpt       returns: $# error $@ 5 . 7 . 1 $: "550 Relaying denied. IP name lookup failed " [ 198 . 51 . 100 . 7 ]
> `;

it('reads what the rulesets return, and by which a client is refused', () => {
  const { check_relay, check_mail, check_rcpt } = returnsIn(said);
  expect([check_relay, check_mail, check_rcpt].map(replyOf)).toEqual([
    '550 5.7.1 Rejected: 198.51.100.7 listed at dialup.example',
    undefined,
    '550 5.7.1 Relaying denied. IP name lookup failed [198.51.100.7]',
  ]);
  const rules = 'Scheck_relay\nR$*\t$: x\nSBasic_check_relay\nR$*\t$: x\n';
  expect(refusingRules(said, rules)).toBe('ruleset SBasic_check_relay of /etc/mail/sendmail.cf');
});

it('takes what is no error for leave, and a ruleset that there is none of too', () => {
  expect(returnsIn('> Undefined ruleset check_relay\n').check_relay).toBeUndefined();
  expect([undefined, '$# OK', 'somebody < @ remote . example >'].map(replyOf)).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(replyOf('$# discard $: discard')).toBe('550 discarded');
  expect(replyOf('$# error $@ 4 . 7 . 1 $: "Fix reverse DNS for " 198 . 51 . 100 . 7')).toBe(
    '450 4.7.1 Fix reverse DNS for 198.51.100.7',
  );
  expect(replyOf('$# error $: "553 5.1.8 no such domain"')).toBe('553 5.1.8 no such domain');
});
