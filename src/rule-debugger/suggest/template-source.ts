/** A template as the source of an expression: fixed text as it is, macros for what varies, `(?:…)?` for tails. */

import { literalSource } from '../../rules/expression/literal-source.ts';
import { hostName, isFixedText } from './fixed-text.ts';
import { stampSource } from './stamp-source.ts';
import type { Slot, Template } from './template.ts';
import { isWord } from './token.ts';

/** More words than this are taken to be any word. */
const mostWords = 4;

/** Words of which one stands where another may stand in the next line: protocols, mechanisms. */
const exchangeable =
  /^(?:pop3?s?|imap[24]?s?|(?:tls|ssl)\S*|starttls|plain|login|apop|cram-md5|digest-md5|gssapi|ntlm|scram-\S+|xoauth2|oauthbearer)$/i;

/** What stands for the user and the client in the source. */
export interface Placeholders {
  readonly user: string;
  readonly client: string;
}

/** Returns the source of an expression that takes every message that the template was made from. */
export function templateSource({ slots, count }: Template, { user, client }: Placeholders): string {
  let source = '';
  for (let from = 0; from < slots.length; ) {
    const group = sameMessages(slots, from);
    const texts = group.map((slot, index) => {
      if (slot.kind === 'user') return user;
      if (slot.kind === 'client') return client;
      return slotSource(slot, from + index === 0, slots[from + index + 1]);
    });
    const isOptional = (slots[from]?.presentIn.length ?? 0) < count;
    source += isOptional ? `(?:${texts.join('')})?` : texts.join('');
    from += group.length;
  }
  return source;
}

/** The slots from here on that the same messages have. */
function sameMessages(slots: readonly Slot[], from: number): readonly Slot[] {
  const first = slots[from]?.presentIn.join();
  const next = slots.findIndex((slot, index) => index > from && slot.presentIn.join() !== first);
  return slots.slice(from, next < 0 ? slots.length : next);
}

function slotSource({ kind, texts }: Slot, isFirst: boolean, after: Slot | undefined): string {
  const [only = ''] = texts;
  if (kind === 'address') {
    return texts.some((text) => text.startsWith('[')) ? String.raw`[0-9A-Fa-f:.[\]]+` : '[0-9A-Fa-f:.]+';
  }
  if (kind === 'stamp') return stampSource(texts, 'source');
  if (kind === 'host') return String.raw`[\w.:-]+`;
  const isFixed = kind === 'text' && texts.every(isFixedText);
  if (texts.some(isExchangeable) && (texts.length > 1 || /v\d/i.test(only))) return String.raw`[\w.+/-]+`;
  if (texts.length === 1 && isFixed) return literalSource(only);
  if (texts.every((text) => /^\d+$/.test(text))) return '%{NUMBER}';
  if (texts.every((text) => hostName.test(text))) return String.raw`[\w.-]+`;
  if (isFixed && texts.length <= mostWords) return `(?:${texts.map(literalSource).join('|')})`;
  // What the server writes first, nobody else does; elsewhere a word must not take a bracket that begins an address.
  if (isFirst && (isBlank(after) || after?.texts[0] === ':')) return '%{WORD}';
  const classes = [/^\w+$/, /^[\w.:-]+$/];
  const fitting = classes.find((one) => texts.every((text) => one.test(text)));
  return fitting?.source.slice(1, -1) ?? String.raw`[\w+/.@:-]+`;
}

/** Of `plain+TLS` either part is looked at. */
function isExchangeable(text: string): boolean {
  return text.split('+').some((part) => exchangeable.test(part));
}

function isBlank(slot: Slot | undefined): boolean {
  return slot === undefined || slot.texts.every((text) => !isWord(text) && /^\s/.test(text));
}
