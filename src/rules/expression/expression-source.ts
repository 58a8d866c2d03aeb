/** An expression's source, read one character at a time; it knows places, not meanings. */

/** Stops a parse; the parser turns it into an {@link ExpressionError}. */
export class SyntaxFault extends Error {
  /** UTF-16 offset. */
  readonly at: number;

  constructor(at: number, reason: string) {
    super(reason);
    this.name = 'SyntaxFault';
    this.at = at;
  }
}

/** A place in a source. Characters are code points; offsets are UTF-16 units. */
export class ExpressionSource {
  readonly source: string;
  at = 0;

  constructor(source: string) {
    this.source = source;
  }

  /** The character here; '' at the end. */
  peek(): string {
    const point = this.source.codePointAt(this.at);
    return point === undefined ? '' : String.fromCodePoint(point);
  }

  /** Takes the character here; '' at the end. */
  take(): string {
    const character = this.peek();
    this.at += character.length;
    return character;
  }

  /** Takes the text if it stands here. */
  takeIf(text: string): boolean {
    if (!this.source.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  /** Takes what a sticky pattern (flag `y`) finds here, if it does. */
  takeMatch(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.source);
    if (match === null) return undefined;
    this.at += match[0].length;
    return match;
  }

  /** The source from an offset to here. */
  since(start: number): string {
    return this.source.slice(start, this.at);
  }
}
