/**
 * A template in the language of EXACT 1.41's form: a POSIX extended regular expression, which has neither macros nor `\d`,
 * and in which no group may be added, since `order` counts them.
 */
import { isFixedText } from './fixed-text.ts';
import { stampSource } from './stamp-source.ts';
import type { Slot, Template } from './template.ts';

/** What means something outside brackets. A backslash before anything else is left open by POSIX. */
const special = /[.[\\()*+?{|^$]/g;

/** Returns the source of an expression for the texts of a template; undefined where it would need a group. */
export function posixSource({ slots, count }: Template): string | undefined {
  if (slots.some(({ presentIn }) => presentIn.length < count)) return undefined;
  return slots.map(slotSource).join('');
}

function slotSource({ kind, texts }: Slot): string {
  const [only = ''] = texts;
  if (kind === 'stamp') return stampSource(texts, 'posix');
  if (kind === 'address') return '[][0-9A-Fa-f:.]+';
  if (texts.every((text) => /^ +$/.test(text))) return texts.length === 1 ? only : ' +';
  if (kind === 'text' && texts.length === 1 && isFixedText(only)) return only.replace(special, '\\$&');
  return texts.every((text) => /^\d+$/.test(text)) ? '[0-9]+' : '[^ ]+';
}
