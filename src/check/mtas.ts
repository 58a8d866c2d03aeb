/** Does an MTA of this host look the maps up, and can it? Each is asked in its own way, as src/mtas/ knows it. */
import type { Settings } from '../config/settings.ts';
import type { MtaFinding } from '../mtas/mta.ts';
import { mtas } from '../mtas/mtas.ts';
import type { Finding } from './finding.ts';

/** Without a comma before the last. */
const alternatives = new Intl.ListFormat('en-GB', { type: 'disjunction' });

/** Looks at every MTA that is installed, and says which were not asked. */
export function checkMtas(settings: Settings): Finding[] {
  const checks = mtas.flatMap(({ name, check }) => {
    const found = check?.(settings);
    return found === undefined ? [] : [{ name, ...found }];
  });
  const unasked = mtas.filter(({ check, looksUp }) => check === undefined && settings.outputs.some(looksUp));
  const isServed = unasked.length > 0 || checks.some(({ looksUp }) => looksUp);
  const findings = checks.flatMap(({ name, findings: found, looksUp }) =>
    // One MTA is enough; another that is installed beside it may have other work.
    found.map(
      (finding): Finding => ({ subject: name, ...(looksUp || !isServed ? finding : asNote(finding)) }),
    ),
  );
  if (unasked.length > 0) {
    const titles = alternatives.format(unasked.map(({ title }) => title));
    return [...findings, note(`whether ${titles} looks up the maps was not checked`)];
  }
  if (checks.length > 0) return findings;
  const titles = alternatives.format(
    mtas.flatMap(({ check, title }) => (check === undefined ? [] : [title])),
  );
  return [note(`no ${titles} found: whether an MTA looks up the maps was not checked`)];
}

function note(text: string): Finding {
  return { level: 'note', subject: 'mta', text, fix: 'man 7 exact-maps' };
}

function asNote(finding: MtaFinding): MtaFinding {
  return finding.level === 'ok' ? finding : { ...finding, level: 'note' };
}
