/**
 * The proof over the catalog: no expression that makes a login takes a line that some server writes under a program of the
 * stanza, with a client's text in it, and that is no login. It proves what the shapes say, and no more. That it would have
 * found what was found is shown by the expressions that old-expressions.ts lists, each finding with its own.
 */
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createRecognizer } from '../../../src/recognize/recognizer.ts';
import {
  anyAddress,
  commonLine,
  hasAddressName,
  shapesFor,
  theAddress,
} from '../../../src/rule-debugger/proof/disjoint.ts';
import { serverShapes } from '../../../src/rule-debugger/proof/server-shapes.ts';
import type { Shape } from '../../../src/rule-debugger/proof/shape.ts';
import { loadRules } from '../../../src/rules/load-rules.ts';
import { expandMacros } from '../../../src/rules/macros.ts';
import { programMatcher } from '../../../src/rules/program.ts';
import type { Rule } from '../../../src/rules/rule.ts';
import { utc } from '../../../src/syslog/zone.ts';
import { readAt } from '../../rules/samples.ts';
import { oldExpressions } from './old-expressions.ts';

const { rules } = await loadRules({ servers: ['auto'], files: [] });
const servers = serverShapes();
const shapes = servers.flatMap((server) => server.shapes);
const context = { source: 'test', line: 0, isNew: false, writtenBefore: readAt };

/** Whether the folder of a server is there: any but Dovecot's may be removed. */
const isKnown = (name: string | undefined) => servers.some(({ server }) => server === name);

const askedBefore = new Map<string, Parameters<typeof commonLine>[0]>();

/** The shortest line that an expression of a rule and a shape have in common. */
function commonOf({ longest }: Pick<Rule, 'longest'>, expanded: string, shape: Shape): string | undefined {
  const how = { isOriginalForm: false, isAddressGroup: hasAddressName, address: anyAddress };
  const key = `${longest} ${expanded}`;
  const asked = askedBefore.get(key) ?? { expanded, longest, ...how };
  askedBefore.set(key, asked);
  return commonLine(asked, shape);
}

/**
 * Whether a line is kept out by the one that the same process has written before: no expression can tell it from a login,
 * and `broken` or `void` in any stanza for its program says what that one means.
 */
function isKeptOut(line: string, rule: Rule, shape: Shape): boolean {
  const before = shapes.find(({ server, name }) => server === shape.server && name === shape.after);
  const program = shape.programs.find(programMatcher(rule.programs));
  if (before === undefined || program === undefined) return false;
  const recognizer = createRecognizer({ rules, zone: utc, connectWindow: 120 });
  const [, outcome] = [commonOf({ longest: 8192 }, '^.*$', before) ?? '', line].map((message) =>
    recognizer.recognize(`Nov 22 10:04:26 mx ${program}[1]: ${message}`, context),
  );
  return outcome === undefined || outcome.kind === 'refused';
}

/** Says of an expression and a shape what they have in common, with the shortest such line; nothing if they have none. */
function faultOf(rule: Rule, expanded: string, shape: Shape): string[] {
  const line = commonOf(rule, expanded, shape);
  if (line === undefined || isKeptOut(line, rule, shape)) return [];
  return [`${rule.name} takes ${shape.name} of ${shape.server}: ${line}`];
}

describe('the catalog', () => {
  it.each(rules)(
    'takes no line for a login that is none: $name, $programs.0',
    { timeout: 60_000 },
    (rule) => {
      const asked = [...rule.match, ...rule.connect];
      const faults = shapesFor(rule, shapes).flatMap((shape) =>
        asked.flatMap(({ expanded }) => faultOf(rule, expanded, shape)),
      );
      expect(faults).toEqual([]);
    },
  );

  it('has shapes for every server, and says where they are from or that nobody has seen its lines', () => {
    expect(servers.map(({ server }) => server).sort()).toEqual(
      [...new Set(rules.map(({ name }) => name))].sort(),
    );
    const folders = readdirSync(new URL('../../../src/servers', import.meta.url), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    expect(servers.map(({ server }) => server).sort()).toEqual(folders.sort());
    for (const { server, sources, shapes: its } of servers) {
      expect([server, sources.length > 0, its.length > 0]).toEqual([server, true, true]);
    }
    // Nobody has seen the lines of a server whose only sample was put together from documents.
    const isSeen = (server: string) =>
      readdirSync(new URL(`../../../src/servers/${server}`, import.meta.url)).some(
        (file) => file.endsWith('.log') && file !== 'documented.log',
      );
    expect(servers.filter(({ unseen }) => unseen !== undefined).map(({ server }) => server)).toEqual(
      folders.filter((server) => !isSeen(server)),
    );
  });

  it('tells by what came before no more than it must', () => {
    const needless = shapes.filter(
      (shape) =>
        shape.after !== undefined &&
        !rules.some((rule) =>
          [...rule.match, ...rule.connect].some(
            ({ expanded }) =>
              shapesFor(rule, [shape]).length > 0 && commonOf(rule, expanded, shape) !== undefined,
          ),
        ),
    );
    expect(needless.map(({ server, name }) => `${name} of ${server}`)).toEqual([]);
  });
});

describe('the proof', () => {
  it.each(oldExpressions.filter(({ of }) => isKnown(of)))(
    'fails on what the catalog had: $finding',
    { timeout: 60_000 },
    ({ source, of, takes }) => {
      const expansion = expandMacros(source);
      if ('reason' in expansion) throw new Error(expansion.reason);
      const shape = shapes.find(({ server, name }) => server === of && name === takes);
      if (shape === undefined) throw new Error(`${of} has no shape ${takes}`);
      const old = {
        expanded: expansion.text,
        isOriginalForm: false,
        isAddressGroup: hasAddressName,
        longest: 1200,
        address: theAddress('203.0.113.66'),
      };
      const line = commonLine(old, shape);
      expect(line).toBeDefined();
      expect(new RegExp(expansion.text, 's').test(line ?? '')).toBe(true);
    },
  );
});
