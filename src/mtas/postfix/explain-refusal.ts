/**
 * What of Postfix's configuration has refused a client that may relay, told from the reply that it logs: the words are
 * those of smtpd_check.c, postscreen_smtpd.c and smtpd.c. A reply may have words of the client's or of a policy service;
 * it only reports, and each expression holds on to what stands before those.
 */
import type { RelayRefusal } from '../../refusals/relay-refusal.ts';

const lookup = 'the lookup belongs before';

/** Replies, from their beginning, and what they mean; `$1` is what the parentheses took. */
const replies: readonly (readonly [RegExp, string])[] = [
  [
    /^\d+ [\d.]+ Service unavailable; Client host \[[^\]]*\] blocked using ([^\s;]+)/,
    `is on the DNS list $1: ${lookup} reject_rbl_client`,
  ],
  [
    /^\d+ [\d.]+ Service unavailable; client \[[^\]]*\] blocked using ([^\s;]+)/,
    'is on the DNS list $1, by postscreen: postscreen_access_list wants the lookup',
  ],
  [
    /^\d+ [\d.]+ Service currently unavailable$/,
    'is new to postscreen: postscreen_access_list wants the lookup',
  ],
  [
    /^\d+ [\d.]+ Client host rejected: cannot find your (reverse )?hostname/,
    `has no host name: ${lookup} reject_unknown_client_hostname`,
  ],
  [
    /^\d+ [\d.]+ <[^<>]*>: Helo command rejected: (.*)$/,
    `its HELO was refused ($1): ${lookup} that word in smtpd_helo_restrictions`,
  ],
  [
    /^\d+ [\d.]+ <[^<>]*>: Sender address rejected: not (?:logged in|owned by user)/,
    `the sender wants a login: ${lookup} reject_sender_login_mismatch`,
  ],
  [
    /^\d+ [\d.]+ <[^<>]*>: (?:Client host|Helo command|Sender address|Recipient address) rejected: Access denied$/,
    `a table or 'reject' refused it, as a port for passwords does: ${lookup} that`,
  ],
  [
    /^\d+ [\d.]+ <[^<>]*>: Recipient address rejected: (.*(?:greylist|\bSPF\b).*)$/i,
    `a policy service refused it ($1): ${lookup} check_policy_service`,
  ],
  [/^(.* limit exceeded)$/, '$1: smtpd_client_event_limit_exceptions wants the map'],
];

/** Says what refused and what is to be changed; of a reply that is not known the reply, of relaying nothing. */
export function explainRefusal({
  cause = '',
  verb,
}: Pick<RelayRefusal, 'cause' | 'verb'>): string | undefined {
  if (/^\d+ [\d.]+ <[^<>]*>: Relay access denied$/.test(cause)) return undefined;
  if (verb === 'milter-reject') return `a milter refused it (${cause}): smtpd_milter_maps wants the map`;
  for (const [reply, meaning] of replies) {
    const found = reply.exec(cause);
    if (found !== null) return meaning.replace('$1', () => found[1] ?? '');
  }
  return `was refused: ${cause}`;
}
