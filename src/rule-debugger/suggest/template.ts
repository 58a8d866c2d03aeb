/** What the messages of one kind have in common: their tokens aligned, with what varies and what may be missing. */
import { isWord, type Token } from './token.ts';

/** A place in the messages of one kind. */
export interface Slot {
  readonly kind: Token['kind'];
  /** What stood there, each text once, in the order of the messages. */
  readonly texts: readonly string[];
  /** Numbers of the messages that have it. */
  readonly presentIn: readonly number[];
}

/** What the messages of one kind have in common. */
export interface Template {
  readonly slots: readonly Slot[];
  /** How many messages it was made from. */
  readonly count: number;
}

/** Returns the template of messages, one at least; each alignment takes time in the product of their lengths. */
export function templateOf(messages: readonly (readonly Token[])[]): Template {
  let slots: readonly Slot[] = [];
  for (const [number, tokens] of messages.entries()) {
    slots =
      number === 0
        ? tokens.map(({ kind, text }) => ({ kind, texts: [text], presentIn: [0] }))
        : merge(slots, tokens, number);
  }
  return { slots, count: messages.length };
}

const missing = -2;
const otherWord = -1;

/** Needleman and Wunsch's alignment: same texts are worth most, words may stand for words, the rest is optional. */
function merge(slots: readonly Slot[], tokens: readonly Token[], number: number): Slot[] {
  const width = tokens.length + 1;
  const scores = new Float64Array((slots.length + 1) * width);
  const at = (row: number, column: number): number => scores[row * width + column] ?? 0;
  const skip = (slot: Slot): number => (slot.presentIn.length < number ? 0 : missing);
  for (let row = slots.length; row >= 0; row--) {
    for (let column = tokens.length; column >= 0; column--) {
      const [slot, token] = [slots[row], tokens[column]];
      const ways = [
        ...(slot === undefined ? [] : [at(row + 1, column) + skip(slot)]),
        ...(token === undefined ? [] : [at(row, column + 1) + missing]),
        ...(slot === undefined || token === undefined
          ? []
          : [at(row + 1, column + 1) + likeness(slot, token)]),
      ];
      scores[row * width + column] = ways.length === 0 ? 0 : Math.max(...ways);
    }
  }
  const merged: Slot[] = [];
  for (let [row, column] = [0, 0]; row < slots.length || column < tokens.length; ) {
    const [slot, token] = [slots[row], tokens[column]];
    const best = at(row, column);
    if (
      slot !== undefined &&
      token !== undefined &&
      best === at(row + 1, column + 1) + likeness(slot, token)
    ) {
      merged.push(withText(slot, token, number));
      row++;
      column++;
    } else if (slot !== undefined && best === at(row + 1, column) + skip(slot)) {
      merged.push(slot);
      row++;
    } else if (token !== undefined) {
      merged.push({ kind: token.kind, texts: [token.text], presentIn: [number] });
      column++;
    }
  }
  return merged;
}

function likeness(slot: Slot, { kind, text }: Token): number {
  if (slot.kind !== kind) return Number.NEGATIVE_INFINITY;
  if (kind !== 'text') return 20;
  if (slot.texts.includes(text)) return isWord(text) ? 3 : 1;
  return isWord(text) && slot.texts.every(isWord) ? otherWord : Number.NEGATIVE_INFINITY;
}

function withText({ kind, texts, presentIn }: Slot, { text }: Token, number: number): Slot {
  return { kind, texts: texts.includes(text) ? texts : [...texts, text], presentIn: [...presentIn, number] };
}
