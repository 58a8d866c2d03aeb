/**
 * Which restrictions refuse a client that may relay by the table alone, before a list comes to the lookup. Facts are
 * postconf(5)'s. What own users meet as well, whose mail is in order, is none of them: reject_non_fqdn_recipient,
 * reject_unknown_recipient_domain, reject_unlisted_recipient, reject_unauth_pipelining, and the like of senders.
 */
import type { NamedTable } from './lookups.ts';
import type { ListItem, Restriction } from './restrictions.ts';

/** How sure it is that a restriction refuses: always or for most dial-up lines, perhaps, or by what only the admin knows. */
type Severity = 'refuses' | 'may refuse' | 'by a table';

/** What refuses. */
export interface Refusing {
  /** As it stands in the list: `reject_rbl_client zen.example`. */
  readonly text: string;
  readonly severity: Severity;
  /** The place in the list where it stands, or the name that stands for it. */
  readonly at: number;
  /** Whether it refuses whoever comes to it. */
  readonly isLast: boolean;
}

/** What a list makes of clients that only the table lets relay. */
export interface ListVerdict {
  /** Whether it gives leave, be it behind what has refused everybody. */
  readonly hasLeave: boolean;
  /** Whether a client comes to that leave if nothing else refuses it. */
  readonly permits: boolean;
  /** What comes before the lookup, or stands in a list without one, and refuses. */
  readonly refusing: readonly Refusing[];
}

/** What ends a list for a client that nothing before has let relay. */
const ends = /^(?:reject|defer|reject_unauth_destination|defer_unauth_destination)$/;

/** Refuse a client for its address, its name or the lack of one, its HELO, or for having given no password. */
const refuses =
  /^(?:reject_(?:rbl_client|maps_rbl|rhsbl_(?:client|reverse_client|helo)|unknown_(?:client|client_hostname|reverse_client_hostname|helo_hostname|hostname)|(?:invalid|non_fqdn)_(?:helo_)?hostname|(?:known_|unauthenticated_)?sender_login_mismatch|plaintext_session)|defer_if_permit)$/;

/** Refuse what they do not know yet: greylisting and SPF are policy services, and to verify an address takes time. */
const mayRefuse = /^(?:check_policy_service|reject_unverified_(?:sender|recipient))$/;

/** Tables about the client or the sender, which often keep others from using one's own names. */
const tables = /^check_(?:client|reverse_client_hostname|helo|sender)(?:_(?:a|ns|mx))?_access$/;

/** After these, own users meet nothing of the list. */
const permitsOwn = /^permit_(?:mynetworks|sasl_authenticated)$/;

/** Goes through a list; in the list for clients a table that stands alone is asked for the client. */
export function verdictOf(
  list: string,
  items: readonly ListItem[],
  table: NamedTable,
  networksAreOurs: boolean,
): ListVerdict {
  const refusing: Refusing[] = [];
  let isOver = false;
  let isPastOwn = false;
  for (const [at, { written, restrictions }] of items.entries()) {
    // What is not known might refuse; but it is no reason to say so.
    for (const one of restrictions ?? []) {
      if (isLeave(list, one, table, networksAreOurs)) return { hasLeave: true, permits: !isOver, refusing };
      if (one.onlyWarns || isOver) continue;
      if (one.word === 'permit') return { hasLeave: true, permits: true, refusing };
      const severity = severityOf(one, isPastOwn, table);
      if (severity !== undefined) {
        const itself = [one.word, one.argument].filter(Boolean).join(' ');
        const text = itself === written ? itself : `${itself} (in ${written})`;
        refusing.push({ text, severity, at, isLast: ends.test(one.word) });
      }
      isOver = ends.test(one.word);
      isPastOwn ||= permitsOwn.test(one.word);
    }
  }
  return { hasLeave: false, permits: false, refusing };
}

function severityOf(
  { word, argument = '' }: Restriction,
  isPastOwn: boolean,
  table: NamedTable,
): Severity | undefined {
  if (ends.test(word) || refuses.test(word)) return 'refuses';
  if (mayRefuse.test(word)) return 'may refuse';
  const isOthers = tables.test(word) && !table.isOurs(argument) && table.answerBy(argument) === undefined;
  return isOthers && isPastOwn ? 'by a table' : undefined;
}

function isLeave(
  list: string,
  { word, argument, onlyWarns }: Restriction,
  table: NamedTable,
  networksAreOurs: boolean,
): boolean {
  if (onlyWarns) return false;
  if (word === 'permit_mynetworks') return networksAreOurs;
  const asked =
    word === 'check_client_access' ? argument : list === 'smtpd_client_restrictions' ? word : undefined;
  return asked !== undefined && /^(?:OK|permit|\d+)$/i.test(table.answerBy(asked) ?? '');
}
