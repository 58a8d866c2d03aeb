/**
 * `exact update --check`: everything that can be wrong with this host, found and said in one go, as the account
 * that Exact runs as, and without changing anything.
 */
import { accessSync, constants } from 'node:fs';
import { dirname } from 'node:path';
import { accountById } from '../accounts.ts';
import type { Settings } from '../config/settings.ts';
import { ExitStatus } from '../exit-status.ts';
import { typeOf } from '../maps/publisher.ts';
import { dropPrivileges } from '../privileges.ts';
import { Failure, type Problem, problemText, reasonOf } from '../problem.ts';
import { type FormOf, publishedForms } from '../relay/published-form.ts';
import { escapeControls } from '../terminal/escape.ts';
import { countWords, durationWords } from '../terminal/words.ts';
import { checkLogs } from './check-logs.ts';
import { checkPostfix, checkTimer } from './check-system.ts';
import { isConfigured, loadConfiguration, type Misconfigured } from './configured.ts';
import { type Finding, findingLines } from './finding.ts';
import type { Invocation } from './invocation.ts';
import { compareMap, type MapComparison } from './map-comparison.ts';
import { openTable } from './open-table.ts';
import { fileOutputs, sharedTables } from './shared-tables.ts';

/** Looks at everything, says what it found, and returns 1 if anything keeps Exact from its work. */
export async function checkHost(invocation: Invocation): Promise<ExitStatus> {
  const loaded = loadConfiguration(invocation);
  const findings = isConfigured(loaded)
    ? [
        ...configFindings(loaded.settings, loaded.warnings, loaded.notes),
        ...(await checkSettings(invocation, loaded.settings)),
      ]
    : brokenConfig(loaded);
  report(invocation, findings);
  return findings.some(({ level }) => level === 'FAIL') ? ExitStatus.no : ExitStatus.ok;
}

function brokenConfig({ problems }: Misconfigured): Finding[] {
  return problems.map((problem) => finding('FAIL', 'config', problem));
}

function configFindings(
  { file }: Settings,
  warnings: readonly Problem[],
  notes: readonly Problem[],
): Finding[] {
  return [
    { level: 'ok', subject: 'config', text: file ?? 'no configuration file: defaults serve' },
    ...warnings.map((problem) => finding('WARN', 'config', problem)),
    ...notes.map((problem) => finding('note', 'config', problem)),
  ];
}

function finding(level: Finding['level'], subject: string, { fix, ...problem }: Problem): Finding {
  const { consequence: _none, ...told } = problem;
  return { level, subject, text: problemText(told), ...(fix === undefined ? {} : { fix }) };
}

async function checkSettings(invocation: Invocation, settings: Settings): Promise<Finding[]> {
  try {
    dropPrivileges(settings);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [finding('FAIL', 'user', error.problem)];
  }
  return [
    ...(await checkLogs(invocation, settings)),
    ...checkFolders(settings),
    ...(await checkTable(invocation, settings)),
    ...checkPostfix(settings.outputs),
    ...checkTimer(),
  ];
}

/** May Exact write where it must? */
function checkFolders(settings: Settings): Finding[] {
  const maps = fileOutputs(settings).map((output) => typeOf(output).publishedPath(output));
  const files = [settings.state, ...maps];
  const who = accountById(process.geteuid?.() ?? 0)?.name ?? String(process.geteuid?.());
  return [...new Set(files.map(dirname))].flatMap((folder) => {
    try {
      accessSync(folder, constants.W_OK | constants.X_OK);
      return [];
    } catch (error) {
      const text = `${folder}: not writable by user ${who}: ${reasonOf(error)}`;
      return [{ level: 'FAIL', subject: 'state', text, fix: `install -d -o ${who} -m 755 ${folder}` }];
    }
  });
}

/** The table, the last run, and the maps. */
async function checkTable(invocation: Invocation, settings: Settings): Promise<Finding[]> {
  const table = openTable(invocation, settings);
  const formOf = publishedForms(table.policy, settings.ipv6Prefix);
  try {
    const relaying: string[] = [];
    table.visit((entry) => {
      if (entry.relays) relaying.push(entry.address);
    });
    const { lastRun } = table.saved();
    const age = lastRun.time === 0 ? undefined : invocation.now - lastRun.time;
    const ran =
      age === undefined ? 'no run yet' : `last run ${durationWords(age)} ago, exit ${lastRun.status}`;
    const count = countWords(relaying.length, 'address', 'addresses');
    const state: Finding = { level: 'ok', subject: 'state', text: `${settings.state}, ${count}, ${ran}` };
    return [
      state,
      ...fileOutputs(settings).map((output) => checkMap(output, relaying, formOf, age === undefined)),
      ...(await checkShared(relaying, settings, formOf, age === undefined)),
    ];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [finding('FAIL', 'state', error.problem)];
  }
}

function checkMap(
  output: Settings['outputs'][number],
  relaying: readonly string[],
  formOf: FormOf,
  isBeforeFirstRun: boolean,
): Finding {
  const refusal = typeOf(output).hostRefusal?.(output);
  const name = `${output.type} ${typeOf(output).publishedPath(output)}`;
  if (refusal !== undefined) return { level: 'FAIL', subject: 'map', text: `${name}: ${refusal}` };
  return mapFinding(name, compareMap(output, relaying, formOf), isBeforeFirstRun);
}

async function checkShared(
  relaying: readonly string[],
  settings: Settings,
  formOf: FormOf,
  isBeforeFirstRun: boolean,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { output } of sharedTables(settings)) {
    const { compareTable } = await import('./table-comparison.ts');
    const comparison = await compareTable(output, relaying, formOf);
    findings.push(mapFinding(comparison.map, comparison, isBeforeFirstRun));
  }
  return findings;
}

function mapFinding(
  name: string,
  { agrees, addresses, trouble }: MapComparison,
  isBeforeFirstRun: boolean,
): Finding {
  const count = countWords(addresses, 'address', 'addresses');
  if (agrees) return { level: 'ok', subject: 'map', text: `${name}, ${count}` };
  const text = `${name}: ${trouble ?? `differs from the state, ${count}`}`;
  return { level: isBeforeFirstRun ? 'note' : 'WARN', subject: 'map', text, fix: 'exact update' };
}

function report(invocation: Invocation, findings: readonly Finding[]): void {
  if (invocation.has('quiet')) return;
  const { stdout } = invocation.world;
  if (invocation.has('json')) {
    for (const one of findings) stdout.write(`${JSON.stringify(one)}\n`);
    return;
  }
  for (const one of findings) {
    for (const line of findingLines(one)) stdout.write(`${escapeControls(line)}\n`);
  }
  const count = (level: Finding['level']) => findings.filter((one) => one.level === level).length;
  const sums = [
    countWords(count('FAIL'), 'problem'),
    countWords(count('WARN'), 'warning'),
    countWords(count('note'), 'note'),
  ];
  stdout.write(`${sums.join(', ')}; nothing was changed\n`);
}
