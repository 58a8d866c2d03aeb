/**
 * The text of a server's shapes.conf: what the server writes, beside logins, in which a client chose part of the text.
 * A shape is an expression of the rules' own language for the whole message, in which `%{NAME}` stands for a slot.
 */
import { type Group, isExpressionError, type Node } from '../../rules/expression/ast.ts';
import { parseExpression } from '../../rules/expression/parse.ts';

/** A part of a line that is not the server's own text. */
export interface Slot {
  /** What one unit of it is: a character, or one as the server escapes it. */
  readonly unit: Node;
  /** Units at least, and at most: Infinity where nothing cuts it. */
  readonly min: number;
  readonly max: number;
}

/** A form of line that is no login. */
export interface Shape {
  /** Name of the server's folder. */
  readonly server: string;
  readonly name: string;
  /** Names under which the server logs it. */
  readonly programs: readonly string[];
  /** Of the message; its groups are the slots, by name. */
  readonly line: Node;
  readonly slots: ReadonlyMap<string, Slot>;
  /** Name of the shape that the same process, or the same logger, has written before it; only then is it written. */
  readonly after: string | undefined;
}

/** What a folder tells of its server. */
export interface ServerShapes {
  readonly server: string;
  /** Where the facts are from. */
  readonly sources: readonly string[];
  /** Why the shapes are of less worth than others: nobody here has seen the server's lines. */
  readonly unseen: string | undefined;
  readonly shapes: readonly Shape[];
}

/** Slots that every shape may use: what a server writes of its own accord. */
const ownSlots = [
  String.raw`peer 1-1 \d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:.]{1,41}`,
  String.raw`number 1-10 \d`,
  String.raw`host 1-255 [\w.-]`,
  String.raw`word 1-64 [\w/+-]`,
];

/** Reads a shapes.conf. Throws an Error that names file and line for one that is wrong: the files are the project's own. */
export function parseShapes(server: string, text: string): ServerShapes {
  return new ShapesReader(server).read(text);
}

interface OpenShape {
  readonly name: string;
  readonly programs: string[];
  readonly lines: string[];
  readonly slots: Map<string, Slot>;
  after: string | undefined;
}

class ShapesReader {
  readonly #server: string;
  readonly #sources: string[] = [];
  readonly #shapes: Shape[] = [];
  #unseen: string | undefined;
  #open: OpenShape | undefined;
  #line = 0;

  constructor(server: string) {
    this.#server = server;
  }

  read(text: string): ServerShapes {
    for (const line of text.split('\n')) {
      this.#line++;
      const trimmed = line.trim();
      if (trimmed !== '' && !trimmed.startsWith('#')) this.#take(trimmed);
    }
    if (this.#open !== undefined) this.#fail("'</shape>' is missing");
    for (const { name, after } of this.#shapes) {
      if (after !== undefined && !this.#shapes.some((shape) => shape.name === after))
        this.#fail(`shape '${name}' is after '${after}', which there is not`);
    }
    return {
      server: this.#server,
      sources: this.#sources,
      unseen: this.#unseen,
      shapes: this.#shapes,
    };
  }

  #take(line: string): void {
    const [, opened] = /^<shape (.+)>$/.exec(line) ?? [];
    if (opened !== undefined) {
      const slots = new Map(ownSlots.map((slot) => this.#slot(slot)));
      this.#open = { name: opened, programs: [], lines: [], slots, after: undefined };
      return;
    }
    if (line === '</shape>') return this.#close();
    const [, name = '', value = ''] = /^(\S+)\s+(.*)$/.exec(line) ?? [];
    const open = this.#open;
    if (open === undefined) {
      if (name === 'source') this.#sources.push(value);
      else if (name === 'unseen') this.#unseen = value;
      else this.#fail(`'${line}' outside a shape`);
    } else if (name === 'program') open.programs.push(...value.split(/\s+/));
    else if (name === 'line') open.lines.push(value);
    else if (name === 'after') open.after = value;
    else if (name === 'slot') open.slots.set(...this.#slot(value));
    else this.#fail(`unknown name '${name}'`);
  }

  /** `NAME MIN-MAX UNIT`; without MAX there is no end. */
  #slot(value: string): [string, Slot] {
    const [, name, min, max, unit] = /^([a-z]+) (\d+)-(\d*) (.+)$/.exec(value) ?? [];
    if (name === undefined || unit === undefined) this.#fail(`wanted 'slot NAME MIN-MAX UNIT': ${value}`);
    const most = max === '' ? Number.POSITIVE_INFINITY : Number(max);
    return [name, { unit: this.#parsed(unit), min: Number(min), max: most }];
  }

  #close(): void {
    const { name, programs, lines, slots, after } = this.#open ?? this.#fail('no shape ends here');
    if (programs.length === 0 || lines.length === 0) this.#fail(`shape '${name}' has no program or no line`);
    for (const source of lines) {
      let number = 0;
      const line = this.#parsed(
        source.replace(/%\{([a-z]+)\}/g, (_all, slot: string) => {
          if (!slots.has(slot)) this.#fail(`no slot '${slot}'`);
          // Groups have different names; what stands before the last '_' is the slot's.
          return `(?<${slot}_${number++}>)`;
        }),
      );
      this.#shapes.push({ server: this.#server, name, programs, line, slots, after });
    }
    this.#open = undefined;
  }

  #parsed(source: string): Node {
    const node = parseExpression(source);
    return isExpressionError(node) ? this.#fail(`${source}: ${node.reason}`) : node;
  }

  #fail(what: string): never {
    throw new Error(`src/servers/${this.#server}/shapes.conf:${this.#line}: ${what}`);
  }
}

/** Returns the slot that a group of a shape's line stands for. */
export function slotOf({ slots }: Shape, { name }: Group): Slot | undefined {
  return slots.get(name.replace(/_\d+$/, ''));
}
