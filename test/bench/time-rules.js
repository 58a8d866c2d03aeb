// Prints, as JSON, how many milliseconds the slowest match on a hostile line takes: in the catalog, and in stanzas of
// the form of EXACT 1.41. Bundled by rules.js.
import { isExpressionError } from '../../src/rules/expression/ast.ts';
import { parseExpression } from '../../src/rules/expression/parse.ts';
import { loadRules } from '../../src/rules/load-rules.ts';
import { slowestLines } from '../../src/rules/slowest-lines.ts';

// As admins wrote them: anchored nowhere, full of `.*`, with more groups than are used, and with alternatives of which
// POSIX takes the longest.
const originalForm = [
  '<server loose>',
  ' order user host',
  ' match ^(.*)login.*user=(.*).*host=.*\\[([0-9.]+)\\]',
  '</server>',
  '<server groups>',
  ' order user host',
  ' match ^(.*)login.*user=([^ ]*).*host=(.*) \\[([0-9.]+)\\]',
  '</server>',
  '<server posix>',
  ' order host user',
  ' match ^(.{15}).*popd\\[[[:digit:]]+\\]: ([0-9.]{7,15}|[0-9a-f:.]+).* by ([^ ]+)$',
  '</server>',
  '<server alternatives>',
  ' order host user',
  ' match ^(.{15}).*popd\\[[[:digit:]]+\\]: ([0-9.]{7,15}|[^ ]+) (opened|closed) by ([^ ]+)$',
  '</server>',
].join('\n');

const tries = 5;

/** Returns the milliseconds of the best of some tries: the first pays for the engine's warming up. */
function best(match, line) {
  const times = Array.from({ length: tries }, () => {
    const start = performance.now();
    match(line);
    return performance.now() - start;
  });
  return Math.min(...times);
}

/** Returns the slowest match of the expressions of rules, each on every hostile line of any of them. */
function slowest(rules) {
  const expressions = rules.flatMap(({ match, connect, logout }) => [...match, ...connect, ...logout]);
  const lines = new Set(
    expressions.flatMap(({ expanded }) => {
      const node = parseExpression(expanded);
      if (isExpressionError(node)) throw new Error(`${expanded}: ${node.reason}`);
      return slowestLines(node);
    }),
  );
  const times = expressions.flatMap(({ match }) => [...lines].map((line) => best(match, line)));
  return Math.max(...times);
}

const builtIn = await loadRules({ servers: ['auto'], files: [] });
const original = await loadRules({
  servers: ['loose', 'groups', 'posix', 'alternatives'],
  files: [{ path: 'original', text: originalForm }],
});
const problem = original.problems[0];
if (problem !== undefined) throw new Error(JSON.stringify(problem));
console.log(JSON.stringify({ builtIn: slowest(builtIn.rules), original: slowest(original.rules) }));
