/** The text of a stanza for lines whose users and clients are known. */
import type { LogRecord } from '../../syslog/envelope.ts';
import type { SampleLine } from '../trial.ts';
import { addressForm, type ClientLine, successWords, tokensWithClient } from './client-line.ts';
import { templateOf } from './template.ts';
import { templateSource } from './template-source.ts';

/** A line that a stanza is made from. */
export interface UsedLine {
  readonly line: SampleLine;
  readonly record: LogRecord;
  readonly found: ClientLine;
}

/**
 * Returns a stanza for lines, one at least; each kind of message gets an expression. `user` is the source of the
 * user's group, `taken` the names that the stanza must not have.
 */
export function stanzaSource(used: readonly UsedLine[], user: string, taken: readonly string[]): string {
  const programs = [...new Set(used.map(({ record }) => record.program || '-'))];
  const forms = used.map(({ record, found }) => addressForm(record.message, found.client));
  const isPeer =
    forms.some(({ hasPort }) => hasPort) || new Set(forms.map(({ isBracketed }) => isBracketed)).size > 1;
  const expressions = kindsOf(used).map((alike) => {
    const messages = alike.map(({ record, found }) => tokensWithClient(record, found, isPeer));
    return templateSource(templateOf(messages), { user, client: isPeer ? '%{PEER}' : '%{ADDRESS}' });
  });
  return [
    `<server ${nameFor(programs[0] ?? '-', taken)}>`,
    `    program  ${programs.join(' ')}`,
    ...expressions.map((expression) => `    match    ^${expression}$`),
    '</server>',
    '',
  ].join('\n');
}

/** Messages that tell of success in the same words, user and client in the same order. */
function kindsOf(used: readonly UsedLine[]): readonly (readonly UsedLine[])[] {
  const kinds = new Map<string, UsedLine[]>();
  for (const one of used) {
    const { user, client, repeated } = one.found;
    const words = successWords(one.record.message, [user, ...repeated]);
    const kind = `${words} ${user.start < client.start ? 'user first' : 'address first'}`;
    const alike = kinds.get(kind);
    if (alike === undefined) kinds.set(kind, [one]);
    else alike.push(one);
  }
  return [...kinds.values()];
}

function nameFor(program: string, taken: readonly string[]): string {
  const name = program.replace(/[^\w.@+-]/g, '-').replace(/^-+/, '') || 'local';
  return taken.includes(name) ? `${name}-local` : name;
}
