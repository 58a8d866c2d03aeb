/** Which lines are alike but for their values: what a hostile text forges in one of them, it forges in the others. */
import { parseEnvelope } from '../../syslog/envelope.ts';
import type { Span } from '../pattern.ts';
import { type Genuine, namedUsersIn } from './payloads.ts';

/** Returns what a login's lines have in common with those of other clients: their text without the values. */
export function shapeOf({ message, user, address }: Genuine, connect = ''): string {
  const spans = [user, address].filter((span) => span !== undefined);
  return withoutValues(`${withoutSpans(message, spans)}\n${parseEnvelope(connect)?.message ?? ''}`);
}

/** Returns the first of the lines that are alike but for values: what a name forges in one, it forges in the others. */
export function onePerShape(lines: readonly string[]): Iterable<string> {
  const shapes = new Map<string, string>();
  for (const line of lines) {
    const { program = '', message = '' } = parseEnvelope(line) ?? {};
    const shape = `${program} ${withoutValues(withoutSpans(message, namedUsersIn(message)))}`;
    if (!shapes.has(shape)) shapes.set(shape, line);
  }
  return shapes.values();
}

function withoutSpans(message: string, spans: readonly Span[]): string {
  const values = spans.map(({ start, end }) => message.slice(start, end)).filter((value) => value !== '');
  return values.reduce((left, value) => left.replaceAll(value, '…'), message);
}

function withoutValues(text: string): string {
  return text.replaceAll(/[\w+/=:.]*\d[\w+/=:.]*/g, '0');
}
