/** Program names and the patterns that a rule's `program` line names them by. */

/**
 * Returns a predicate for the programs that any of the patterns names: `*` stands for any characters, `?` for
 * one, all else for itself. Without patterns every program will do.
 */
export function programMatcher(patterns: readonly string[]): (program: string) => boolean {
  if (patterns.length === 0) return () => true;
  return (program) => patterns.some((pattern) => matchesPattern(pattern, program));
}

/** More names than a host has programs. Whoever may write to the log can make up any number: no more are kept in mind. */
export const mostPrograms = 1000;

/** Returns what gives those of the rules that are tried on a program's messages, in the order of the rules. */
export function rulesByProgram<Rule extends { readonly programs: readonly string[] }>(
  rules: readonly Rule[],
): (program: string) => readonly Rule[] {
  const isFor = rules.map((rule) => programMatcher(rule.programs));
  const known = new Map<string, readonly Rule[]>();
  return (program) => {
    let found = known.get(program);
    if (found === undefined) {
      // Exact's own lines quote what it refused.
      found = program === 'exact' ? [] : rules.filter((_rule, index) => isFor[index]?.(program || '-'));
      if (known.size > mostPrograms) known.clear();
      known.set(program, found);
    }
    return found;
  };
}

/**
 * Returns what reports whether some rule names a program: by more than `*`, which is any word, and `-`, which is none.
 */
export function namedByRules(
  rules: readonly { readonly programs: readonly string[] }[],
): (program: string) => boolean {
  const patterns = new Set(
    rules.flatMap(({ programs }) => programs.filter((name) => /\w/.test(fixedPartOf(name)))),
  );
  const isNamed = programMatcher([...patterns]);
  return (program) => patterns.size > 0 && isNamed(program);
}

/** Returns the longest text that every program which a pattern names contains. */
export function fixedPartOf(pattern: string): string {
  return pattern.split(/[*?]/).reduce((longest, part) => (part.length > longest.length ? part : longest), '');
}

/** Only the last `*` is ever tried again: the time is that of the two lengths multiplied, whatever the name. */
function matchesPattern(pattern: string, name: string): boolean {
  let [at, inName] = [0, 0];
  let [star, taken] = [-1, 0];
  while (inName < name.length) {
    if (pattern[at] === '*') {
      [star, taken] = [at++, inName];
    } else if (pattern[at] === '?' || pattern[at] === name[inName]) {
      at++;
      inName++;
    } else if (star >= 0) {
      at = star + 1;
      inName = ++taken;
    } else {
      return false;
    }
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}
