/** What refuses mail, or changes it, beside the lists of restrictions: postscreen(8), limits, milters, content filters. */
import type { MtaFinding } from '../mta.ts';
import { filtersTable } from './lists.ts';
import { type NamedTable, piped } from './lookups.ts';
import { changeTo, type Parameters } from './main-cf.ts';
import { knowsTable } from './readers.ts';
import { wordsOf } from './restrictions.ts';

const page = `man 7 exact-maps, 'BEYOND THE MTA'`;

/** Limits on what a client does within `anvil_rate_time_unit`; 0 is none, and what Postfix comes with. */
const limits = [
  'smtpd_client_connection_rate_limit',
  'smtpd_client_message_rate_limit',
  'smtpd_client_recipient_rate_limit',
  'smtpd_client_new_tls_session_rate_limit',
];

/** Tests of postscreen(8) by which a client that has just come is refused, or told to come again. */
const deepTests = ['pipelining', 'non_smtp_command', 'bare_newline'];

/** Looks at what a client meets before smtpd. `networksAreOurs`: mynetworks holds the table. */
export function checkScreen(screen: Parameters, table: NamedTable, networksAreOurs: boolean): MtaFinding[] {
  const name = 'postscreen_access_list';
  const words = screen.words(name);
  const wanted = piped(table.word, 'permit');
  const direct = words.filter(table.isNamed);
  const written = wordsOf(screen.written(name)).filter((word) => !table.isNamed(word));
  const at = written.includes('reject') ? written.indexOf('reject') : written.length;
  const value = [...written.slice(0, at), wanted, ...written.slice(at)].join(' ');
  const change = changeTo(screen, [name, value]);
  const place = screen.place(name);
  if (direct.length > 0) {
    const text = `${place} names ${direct.join(' and ')}: postscreen knows no 'OK', and lets nobody pass by it`;
    return [{ level: 'FAIL', text, ...change }];
  }
  const tests = screenTests(screen, table, networksAreOurs);
  if (tests.length === 0) return [];
  const text = `${place}: does not look up ${table.word}: ${tests.join(', ')} may refuse`;
  return [{ level: 'FAIL', text, ...change }];
}

/** Returns the tests by which it may refuse a client; none for one that its list of addresses lets pass. */
export function screenTests(
  screen: Parameters,
  table: Pick<NamedTable, 'answerBy'>,
  networksAreOurs: boolean,
): string[] {
  const passes = screen
    .words('postscreen_access_list')
    .some((word) => (word === 'permit_mynetworks' && networksAreOurs) || table.answerBy(word) === 'permit');
  if (passes) return [];
  const refuses = (name: string) => /^(?:enforce|drop)$/i.test(screen.words(name)[0] ?? '');
  const isOn = (name: string) => screen.words(name)[0] === 'yes';
  const isListed = screen.words('postscreen_dnsbl_sites').length > 0;
  return [
    ...(isListed && refuses('postscreen_dnsbl_action') ? ['postscreen_dnsbl_sites'] : []),
    ...deepTests.map((test) => `postscreen_${test}_enable`).filter(isOn),
  ];
}

/** Looks at the limits of a service. */
export function checkLimits(service: Parameters, table: NamedTable): MtaFinding[] {
  const name = 'smtpd_client_event_limit_exceptions';
  const set = limits.filter((limit) => (service.words(limit)[0] ?? '0') !== '0');
  if (set.length === 0 || service.words(name).some(table.isNamed)) return [];
  const written = service.written(name);
  const kept = written.startsWith('${') ? '$mynetworks' : written;
  const verb = set.length === 1 ? 'limits' : 'limit';
  const text = `${set.map((limit) => `${service.place(limit)} = ${service.written(limit)}`).join(', ')} ${verb} clients of ${table.word} too`;
  return [{ level: 'WARN', text, ...changeTo(service, [name, `${kept} ${table.word}`.trim()]) }];
}

/** Looks at what reads the mail of a service: milters, and a content filter. `files` are those of all outputs. */
export function checkReaders(service: Parameters, table: NamedTable, files: readonly string[]): MtaFinding[] {
  const name = 'smtpd_milter_maps';
  const maps = service.words(name);
  const wanted = piped(table.word, 'DISABLE');
  const direct = maps.find(table.isNamed);
  if (direct !== undefined) {
    const words = wordsOf(service.written(name)).map((word) => (word === direct ? wanted : word));
    const text = `${service.place(name)} names ${direct}: Postfix takes 'OK' for a milter, and defers all mail of its clients`;
    return [{ level: 'FAIL', text, ...changeTo(service, [name, words.join(' ')]) }];
  }
  const milters = service.words('smtpd_milters').filter((milter) => !knowsTable(milter, files));
  const isHandled = maps.some((word) => table.answerBy(word) !== undefined);
  const filters = filtersTable(service, table) ? [] : service.words('content_filter');
  return [
    ...(milters.length === 0 || isHandled ? [] : [strangers(service, 'smtpd_milters', milters)]),
    ...(filters.length === 0 ? [] : [strangers(service, 'content_filter', filters)]),
  ];
}

function strangers(service: Parameters, name: string, words: readonly string[]): MtaFinding {
  const text = `${service.place(name)}: ${words.join(' ')} takes clients of the table for strangers: no DKIM signature, scores of spam, DMARC`;
  return { level: 'note', text, fix: page };
}
