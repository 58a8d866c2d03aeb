/**
 * The proof over the catalog: no expression that makes a login takes a line that some server writes under a program of the
 * stanza, with a client's text in it, and that is no login. It proves what the shapes say, and no more.
 */
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
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
import { oldExpressions } from './old-expressions.ts';

const { rules } = await loadRules({ servers: ['auto'], files: [] });
const servers = serverShapes();
const shapes = servers.flatMap((server) => server.shapes);

/**
 * What no expression can tell from a login: the server goes on with such a line where it has written another before.
 * `broken`, `start` and `void` keep these out, by what came before.
 */
const allByWhatCameBefore = [
  'courier takes rest of a failed login of courier',
  "courier takes rest of a client's ID of courier",
  "cyrus takes rest of a client's ID of courier",
  "uw-imap takes rest of a client's ID of courier",
  'uw-imap takes words of the proxied server of uw-imap',
  'mailutils takes piece of a long failed login, IMAP of mailutils',
];

/** Whether the folder of a server is there: any but Dovecot's may be removed. */
const isKnown = (name: string | undefined) => servers.some(({ server }) => server === name);

const byWhatCameBefore = allByWhatCameBefore.filter((pair) =>
  [/^\S+/, /\S+$/].every((end) => isKnown(end.exec(pair)?.[0])),
);

/** Says of an expression and a shape what they have in common, with the shortest such line; nothing if they have none. */
function faultOf(
  { name, expanded, longest }: { name: string; expanded: string; longest: number },
  shape: Shape,
): string[] {
  const line = commonLine(
    { expanded, isOriginalForm: false, isAddressGroup: hasAddressName, longest, address: anyAddress },
    shape,
  );
  if (line === undefined) return [];
  const pair = `${name} takes ${shape.name} of ${shape.server}`;
  if (shape.after !== undefined && byWhatCameBefore.includes(pair)) return [];
  return [`${pair}: ${line}`];
}

describe('the catalog', () => {
  it.each(rules)(
    'takes no line for a login that is none: $name, $programs.0',
    { timeout: 60_000 },
    (rule) => {
      const asked = [...rule.match, ...rule.connect];
      const faults = shapesFor(rule, shapes).flatMap((shape) =>
        asked.flatMap(({ expanded }) => faultOf({ name: rule.name, expanded, longest: rule.longest }, shape)),
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
    const needed = rules.flatMap((rule) =>
      shapesFor(rule, shapes)
        .filter(({ after }) => after !== undefined)
        .filter((shape) =>
          [...rule.match, ...rule.connect].some(
            ({ expanded }) =>
              commonLine(
                {
                  expanded,
                  isOriginalForm: false,
                  isAddressGroup: hasAddressName,
                  longest: rule.longest,
                  address: anyAddress,
                },
                shape,
              ) !== undefined,
          ),
        )
        .map((shape) => `${rule.name} takes ${shape.name} of ${shape.server}`),
    );
    expect([...new Set(needed)].sort()).toEqual([...byWhatCameBefore].sort());
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
