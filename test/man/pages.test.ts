import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { answer } from '../../src/cli/answer.ts';
import { type Command, commonOptions, type OptionSpec } from '../../src/cli/command.ts';
import { commands } from '../../src/commands/commands.ts';
import { ExitStatus } from '../../src/exit-status.ts';
import { outputTypes } from '../../src/maps/map-types.ts';
import { createRecognizer } from '../../src/recognize/recognizer.ts';
import { catalogText } from '../../src/rules/catalog-text.ts';
import { loadRules } from '../../src/rules/load-rules.ts';
import { macros } from '../../src/rules/macros.ts';
import { parseStanzas } from '../../src/rules/stanza.ts';
import { type Facts, metricsText } from '../../src/run/metrics.ts';
import { logLine } from '../../src/run/run-log.ts';
import { statePaths } from '../../src/state/state-paths.ts';
import { columnsOf } from '../../src/terminal/columns.ts';
import { exactLines, expectTaken } from './command-lines.ts';
import {
  codeLines,
  itemsOf,
  linesUnder,
  literalBlocks,
  optionsOf,
  type PageOption,
  pageNames,
  readPage,
  shownLines,
} from './mdoc.ts';

const all = await Promise.all(Object.values(commands).map((load) => load()));
const statuses = Object.values(ExitStatus).map(String);
const overview = readPage('exact.8');

function pagesOf({ name }: Command): string[] {
  return pageNames.filter((page) => page === `exact-${name}.1` || page === `exact-${name}.8`);
}

/** What a page should say of an option, by the program's table. */
function asOnPage({ name, alias, value, choices, repeats = false }: OptionSpec): PageOption {
  return {
    name,
    ...(alias === undefined ? {} : { alias }),
    ...(choices !== undefined ? { choices } : value === undefined ? {} : { value }),
    repeats,
  };
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}

/** Options are told in DESCRIPTION or, where there is one, in a section of their own. */
function optionsOnPage(page: string): PageOption[] {
  const lines = [...linesUnder(page, '.Sh DESCRIPTION'), ...linesUnder(page, '.Sh OPTIONS')];
  return optionsOf(lines).sort(byName);
}

describe('exact(8)', () => {
  it('lists every command, and nothing else', () => {
    const heads = itemsOf(linesUnder(overview, '.Ss Commands')).map(({ head }) => head);
    expect(heads).toEqual(all.map(({ name }) => `Ic ${name}`));
  });

  it('has the common options as the program takes them, and nothing else', () => {
    const builtIn = [
      { name: 'help', alias: 'h', repeats: false },
      { name: 'version', alias: 'V', repeats: false },
    ];
    const want = [...commonOptions.map(asOnPage), ...builtIn].sort(byName);
    expect(optionsOf(linesUnder(overview, '.Ss Common options')).sort(byName)).toEqual(want);
  });

  it.each(['--version', '-V', '--help', '-h'])('is right that there is %s', async (word) => {
    const asked = { commands, words: [word], version: 'of-this-test', columns: 80 };
    expect(await answer(asked)).toContain(/v/i.test(word) ? 'of-this-test' : 'Usage: exact');
  });

  it('has every exit status, and nothing else', () => {
    expect(itemsOf(linesUnder(overview, '.Sh EXIT STATUS')).map(({ head }) => head)).toEqual(statuses);
  });

  it('has every state file, and nothing else', () => {
    const heads = itemsOf(linesUnder(overview, '.Ss State files')).map(({ head }) =>
      head.replace(/^Pa /, ''),
    );
    expect(heads).toEqual(Object.values(statePaths('state')));
  });

  it('names every environment variable that the program reads, and no other', () => {
    const source = fileURLToPath(new URL('../../src', import.meta.url));
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.ts'),
    );
    const read = files.flatMap((file) =>
      [...readFileSync(`${source}/${file}`, 'utf8').matchAll(/\benv\.([A-Z_]+)/g)].map(([, name]) => name),
    );
    // TZ is read by the JavaScript engine.
    const want = [...new Set([...read, 'TZ'])].sort();
    const heads = itemsOf(linesUnder(overview, '.Sh ENVIRONMENT')).map(({ head }) => head);
    expect(heads.flatMap((head) => head.replace(/^Ev /, '').split(' , ')).sort()).toEqual(want);
  });
});

describe.each(all.map((command) => [command.name, command] as const))('exact-%s', (_name, command) => {
  const [pageName = '', ...others] = pagesOf(command);
  const page = pageName === '' ? '' : readPage(pageName);

  it('has a page, and one alone', () => {
    expect(pageName).not.toBe('');
    expect(others).toEqual([]);
  });

  it('has the options of the program, and nothing else', () => {
    const isCommon = ({ name }: PageOption) => commonOptions.some((option) => option.name === name);
    expect(optionsOnPage(page).filter((option) => !isCommon(option))).toEqual(
      command.options.map(asOnPage).sort(byName),
    );
  });

  it('has each option, and the operands, in its synopsis', () => {
    const synopsis = linesUnder(page, '.Sh SYNOPSIS').join('\n');
    const optionsNamed = [...synopsis.matchAll(/\bFl -([\w-]+)(?: Ar (\w+))?/g)].map(
      ([, name = '', value]) => (value === undefined ? name : `${name} ${value}`),
    );
    const want = command.options.map(({ name, value }) => (value === undefined ? name : `${name} ${value}`));
    expect([...new Set(optionsNamed)].sort()).toEqual(want.sort());
    const operands = [...synopsis.matchAll(/^\.(?:Op )?Ar ([A-Z]+) \.\.\.$/gm)].map(([, name]) => name);
    const named = [command.operands?.name, ...command.modes.map((mode) => mode.operands)];
    expect(new Set(operands)).toEqual(new Set(named.filter((name) => name !== undefined)));
  });

  it('has a form for each thing that the program does, with what that takes', () => {
    const forms = linesUnder(page, '.Sh SYNOPSIS').join('\n').split(`.Nm exact ${command.name}\n`).slice(1);
    const onPage = forms.map((form) => {
      const options = [...form.matchAll(/\bFl -([\w-]+)/g)].map(([, name = '']) => name);
      return [...options, ...(/^\.(?:Op )?Ar [A-Z]+ \.\.\.$/m.test(form) ? ['operands'] : [])].sort();
    });
    const want = command.modes.map(({ by = [], takes }) =>
      [...new Set<string>([...by, ...takes])].filter((word) => word !== 'json').sort(),
    );
    expect(onPage.sort()).toEqual(want.sort());
  });

  it('has no exit status that the program has not', () => {
    const heads = itemsOf(linesUnder(page, '.Sh EXIT STATUS')).map(({ head }) => head);
    expect(heads[0]).toBe('0');
    for (const head of heads) expect(statuses).toContain(head.replace(/^>/, ''));
  });

  it('has the examples of the program', () => {
    const shown = shownLines(page).flatMap(exactLines);
    for (const words of command.examples.flatMap(([line]) => exactLines(`exact ${line}`))) {
      expect(shown).toContainEqual(words);
    }
  });
});

describe('exact-update(8)', () => {
  const page = readPage('exact-update.8');

  it('has every metric, and nothing else', () => {
    const facts: Facts = {
      ...{
        pairs: 0,
        addresses: 0,
        crowded: 0,
        overLimit: 0,
        failedMaps: 0,
        unreadableLogs: 0,
        loginsTotal: 0,
        nearMissesTotal: {},
        maxEntries: 0,
        problems: 0,
        refused: {},
        refusedTotal: {},
        maillogs: [],
      },
      ...{ lastRun: 0, lastStatus: 0, lastTook: undefined, lastLogin: 0, delays: undefined },
      shared: [{ table: 'pgsql postgres://db/exact', pushed: 0, unsent: 0, hosts: 1, rows: 0 }],
    };
    const families = [...metricsText(facts).matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => `Ql ${name}`);
    expect(itemsOf(linesUnder(page, '.Ss Metrics')).map(({ head }) => head)).toEqual(families);
  });

  it('shows a line of the log as it is', () => {
    const login = { address: '192.0.2.10', user: 'alice', server: 'cyrus', until: 1795343666 };
    const shown = linesUnder(page, '.Ss Log');
    expect(shown).toContain(logLine({ outcome: 'authorised', ...login }));
    const refused = { ...login, address: '10.0.0.5', user: 'bob', reason: "in 'ignore 10.0.0.0/8'" };
    const line = logLine({ outcome: 'refused', ...refused });
    expect(shown).toContain(line.replace(/(?<=until=)\S+/, '...').replace(/(?<=ignore )[^']+/, '...'));
  });
});

describe('exact-maps(7)', () => {
  const page = readPage('exact-maps.7');

  it('has every map type, and nothing else', () => {
    const headings = [...page.matchAll(/^\.Ss output (.*)$/gm)].map(([, type]) => type);
    expect(headings).toEqual(outputTypes.map(({ name }) => name));
  });

  it('has the options of each, and nothing else', () => {
    for (const { name, options } of outputTypes) {
      const text = linesUnder(page, `.Ss output ${name}`).join('\n');
      const told = [...text.matchAll(/\bthe option\n\.Cm ([^\s=]+=?)/gi)].map(([, option]) => option);
      expect(told, name).toEqual(options.map((option) => option.replace(/=.*/, '=')));
    }
  });
});

describe('exact-servers.conf(5)', () => {
  const page = readPage('exact-servers.conf.5');

  it('has every macro, and nothing else', () => {
    const heads = itemsOf(linesUnder(page, '.Ss Macros')).map(({ head }) => head);
    expect(heads).toEqual([...macros.keys()].map((name) => `Cm %{${name}}`));
  });

  it('has every built-in rule, and nothing else', () => {
    const names = parseStanzas('', catalogText()).stanzas.map(({ name }) => name);
    const heads = itemsOf(linesUnder(page, '.Ss Built-in rules')).map(({ head }) => head);
    expect(heads).toEqual([...new Set(names)].map((name) => `Cm ${name}`));
  });

  it('has examples that do what it says', async () => {
    const blocks = literalBlocks(page);
    const text = blocks.filter((block) => block.startsWith('<server')).join('');
    const { rules, problems } = await loadRules({ servers: ['zpopd', 'ypopd'], files: [{ path: '', text }] });
    expect(problems).toEqual([]);
    expect(rules.map(({ name }) => name)).toEqual(['zpopd', 'ypopd']);
    const recognizer = createRecognizer({ rules, zone: () => 0, connectWindow: 120 });
    const line = blocks.find((block) => block.startsWith('Nov '))?.trimEnd() ?? '';
    const context = { source: '', line: 1, isNew: true, writtenBefore: Date.UTC(2026, 10, 22, 11) / 1000 };
    expect(recognizer.recognize(line, context)).toMatchObject({
      login: { user: 'alice', address: '192.0.2.10', server: 'zpopd' },
    });
  });

  it('has every name that a stanza takes, and nothing else', () => {
    const { stanzas } = parseStanzas('', '<server x>\nmatch x\n</server>');
    const { name, file, line, ...values } = stanzas[0] ?? {};
    expect([name, file, line]).toEqual(['x', '', 1]);
    const heads = [...linesUnder(page, '.Ss Stanzas'), ...linesUnder(page, '.Ss The form of EXACT 1.41')]
      .filter((each) => each.startsWith('.It Cm '))
      .map((each) => each.split(' ')[2]);
    expect(heads.sort()).toEqual(Object.keys(values).sort());
  });
});

describe.each(pageNames)('%s', (name) => {
  const page = readPage(name);

  it('is named as its heading says, and refers to pages that exist', () => {
    const [, title, section] = /^(.+)\.(\d)$/.exec(name) ?? [];
    expect(page).toContain(`\n.Dt ${title?.toUpperCase()} ${section}\n`);
    expect(page).toContain(`\n.Nm ${title}\n`);
    for (const [, other, its] of page.matchAll(/\bXr (exact\S*) (\d)/g)) {
      expect(pageNames).toContain(`${other}.${its}`);
    }
  });

  it('has no line of code that a terminal of 80 columns breaks', () => {
    const tooLong = codeLines(page).filter(({ text, indent, end }) => indent + columnsOf(text) > end);
    expect(tooLong).toEqual([]);
  });

  it('shows command lines that the program takes', async () => {
    const mentioned = [...page.matchAll(/^\.Ic (exact .*?)(?: [.,;:)])*$/gm)].map(([, line = '']) =>
      line.replace(/\b(?:Ar|Ns|Op) /g, ''),
    );
    for (const words of [...shownLines(page), ...mentioned].flatMap(exactLines)) {
      await expectTaken(words);
    }
  });
});
