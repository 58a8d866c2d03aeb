/**
 * Expressions that tell where they match, which the two engines of engine.ts do not say: what colours, carets and
 * forged lines need. Always on re2js, since beginnings of an expression that is linear on V8 need not be. Only the
 * debugger loads this; no login is ever found here.
 */

/** A part of a text: UTF-16 offsets, `end` exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where an expression matched. */
interface Found extends Span {
  /** Returns what a group took, by name or by number from 1; undefined where it took part in no match. */
  group(which: string | number): Span | undefined;
}

/** A compiled expression. */
export interface Pattern {
  /** Names of its groups; unnamed ones have none. */
  readonly names: readonly string[];
  /** How many groups it has, named or not. */
  readonly groups: number;
  /** Returns where its first match is. */
  find(text: string): Found | undefined;
}

/**
 * Compiles RE2 syntax, macros expanded. `isLongest` is POSIX's choice of the longest match, which original-form
 * rules have. Throws for an expression that the engine refuses; those of a {@link Rule} it has taken already.
 */
export type CompilePattern = (source: string, isLongest: boolean) => Pattern;

/** Loads the engine. */
export async function loadPatterns(): Promise<CompilePattern> {
  const { RE2JS } = await import('re2js');
  return (source, isLongest) => {
    const compiled = RE2JS.compile(source, RE2JS.DOTALL | (isLongest ? RE2JS.LONGEST_MATCH : 0));
    return {
      names: Object.keys(compiled.namedGroups()),
      groups: compiled.groupCount(),
      find(text) {
        const matcher = compiled.matcher(text);
        if (!matcher.find()) return undefined;
        const start = matcher.start();
        const end = matcher.end();
        return {
          start,
          end,
          group(which) {
            const [from, to] = [matcher.start(which), matcher.end(which)];
            return from < 0 ? undefined : { start: from, end: to };
          },
        };
      },
    };
  };
}
