/** Stanzas of a servers file as text, to be shown and copied. What they mean is stanza.ts's business. */

/** A stanza as written. */
export interface StanzaText {
  readonly name: string;
  /** Its lines, with the comment lines directly before it; no line end after the last. */
  readonly text: string;
}

/** Returns the stanzas of a servers file, in their order; one that is never closed ends with the file. */
export function stanzaTexts(text: string): readonly StanzaText[] {
  const stanzas: StanzaText[] = [];
  let lines: string[] = [];
  let name: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    const [, opened] = /^[ \t]*<server[ \t]+([^ \t>]+)[ \t]*>/i.exec(line) ?? [];
    if (opened !== undefined && name === undefined) name = opened;
    if (name === undefined && !/^[ \t]*#/.test(line)) lines = [];
    else lines.push(line);
    if (name !== undefined && /^[ \t]*<\/server>/i.test(line)) {
      stanzas.push({ name, text: lines.join('\n') });
      [name, lines] = [undefined, []];
    }
  }
  return name === undefined ? stanzas : [...stanzas, { name, text: lines.join('\n').trimEnd() }];
}
