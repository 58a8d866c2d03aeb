/** Do the lists of restrictions of a service let the table's clients pass, and what would have them do so? */
import type { MtaFinding } from '../mta.ts';
import type { NamedTable } from './lookups.ts';
import { type Change, changeTo, type Parameters } from './main-cf.ts';
import { type ListVerdict, type Refusing, verdictOf } from './refusing.ts';
import { type Restriction, withWord } from './restrictions.ts';

/** All lists that may refuse mail; by the first two of them Postfix decides for whom it relays. */
export const lists = [
  'smtpd_relay_restrictions',
  'smtpd_recipient_restrictions',
  'smtpd_client_restrictions',
  'smtpd_helo_restrictions',
  'smtpd_sender_restrictions',
  'smtpd_data_restrictions',
  'smtpd_end_of_data_restrictions',
] as const;

const relaying: readonly string[] = lists.slice(0, 2);

/** What is to be changed in one list. */
interface ListChange {
  readonly list: string;
  /** Empty where nothing in the list refuses, and nothing permits either. */
  readonly refusing: readonly Refusing[];
  readonly hasLeave: boolean;
}

/** Says which lists refuse before the lookup; nothing where all is well. `networksAreOurs`: mynetworks holds the table. */
export function checkLists(service: Parameters, table: NamedTable, networksAreOurs: boolean): MtaFinding[] {
  const verdicts = lists.map(
    (list) => [list, verdictOf(list, service.items(list), table, networksAreOurs)] as const,
  );
  const changes = verdicts.flatMap(([list, verdict]) => changeOf(list, verdict));
  const relays = verdicts.some(([list, { permits }]) => relaying.includes(list) && permits);
  const decides = changes.filter(({ list }) => relaying.includes(list));
  const isNamed = networksAreOurs || namesTable(service, table);
  if (decides.length === 0 && !(relays && isNamed))
    changes.unshift({ list: 'smtpd_relay_restrictions', refusing: [], hasLeave: false });
  if (!isNamed) {
    const first = changes.filter(({ list }) => relaying.includes(list));
    const places = first.map(({ list }) => service.place(list));
    const where = places.some((place) => place.includes('/')) ? places.join(' and ') : 'main.cf';
    const text = `${where} does not look up ${table.word}`;
    return [
      { level: 'FAIL', text, ...changeOfAll(service, first, table) },
      ...changes.filter((change) => !first.includes(change)).map((each) => findingOf(service, each, table)),
    ];
  }
  return [
    ...changes.map((each) => findingOf(service, each, table)),
    ...verdicts.flatMap(([list, { refusing }]) => tableNotes(service, list, refusing)),
  ];
}

/** Whether any of its lists names the table, early or late. */
export function namesTable(service: Parameters, table: NamedTable): boolean {
  return restrictionsOf(service).some(
    ({ word, argument }) =>
      table.isNamed(argument ?? word) || (argument !== undefined && table.answerBy(argument) !== undefined),
  );
}

/** Whether a list has the mail of the table's clients filtered, which takes the place of `content_filter`. */
export function filtersTable(service: Parameters, table: NamedTable): boolean {
  return restrictionsOf(service).some(({ argument = '' }) =>
    /^FILTER\b/i.test(table.answerBy(argument) ?? ''),
  );
}

function restrictionsOf(service: Parameters): Restriction[] {
  return lists.flatMap((list) => service.items(list).flatMap(({ restrictions }) => restrictions ?? []));
}

function changeOf(list: string, { refusing, hasLeave }: ListVerdict): ListChange[] {
  const certain = refusing.filter(({ severity }) => severity !== 'by a table');
  return certain.length === 0 ? [] : [{ list, refusing: certain, hasLeave }];
}

function findingOf(service: Parameters, change: ListChange, table: NamedTable): MtaFinding {
  const { list, refusing, hasLeave } = change;
  const isCertain = refusing.length === 0 || refusing.some(({ severity }) => severity === 'refuses');
  const words = refusing.map(({ text }) => text).join(', ');
  const verb = `${isCertain ? '' : 'may '}refuse${isCertain && refusing.length === 1 ? 's' : ''}`;
  const where = service.place(list);
  const text = hasLeave
    ? `${where}: looks up too late ${table.word}: ${words} ${verb} before`
    : `${where}: does not look up ${table.word}${words === '' ? '' : `: ${words} ${verb}`}`;
  return { level: isCertain ? 'FAIL' : 'WARN', text, ...changeOfAll(service, [change], table) };
}

/** What an admin has written into a table may be meant for the table's clients too. */
function tableNotes(service: Parameters, list: string, refusing: readonly Refusing[]): MtaFinding[] {
  return refusing
    .filter(({ severity }) => severity === 'by a table')
    .map(({ text }) => ({
      level: 'note',
      text: `${service.place(list)}: ${text} is asked before, and whom it refuses may not send; own networks pass it`,
    }));
}

/** Returns what puts the lookup into all lists that refuse; undefined where none does. */
export function refusedLists(
  service: Parameters,
  table: NamedTable,
  networksAreOurs: boolean,
): Change | undefined {
  const changes = lists.flatMap((list) =>
    changeOf(list, verdictOf(list, service.items(list), table, networksAreOurs)),
  );
  return changes.length === 0 ? undefined : changeOfAll(service, changes, table);
}

/** Returns the commands that put the lookup into lists, and those that take them back. */
function changeOfAll(
  service: Parameters,
  changes: readonly Pick<ListChange, 'list' | 'refusing'>[],
  table: NamedTable,
): Change {
  const values = changes.map(
    ({ list, refusing }) => [list, withLookup(service, list, refusing[0]?.at, table)] as const,
  );
  return changeTo(service, ...values);
}

/** Returns a list with the lookup before what first refuses; one that refuses nobody is to refuse at its end. */
function withLookup(
  service: Parameters,
  list: string,
  before: number | undefined,
  { word }: NamedTable,
): string {
  const lookup = `check_client_access ${word}`;
  const items = service.items(list);
  if (before !== undefined) return withWord(items, lookup, before);
  const own = 'permit_mynetworks permit_sasl_authenticated';
  const kept = items.length === 0 ? own : items.map(({ written }) => written).join(' ');
  return `${kept} ${lookup} defer_unauth_destination`;
}
