/** Does an MTA of this host look the maps up, and can it? Each MTA is asked through its own programs and files. */
import type { Settings } from '../config/settings.ts';
import { checkExim } from './exim.ts';
import type { Finding } from './finding.ts';
import { checkPostfix } from './postfix.ts';
import { checkSendmail } from './sendmail.ts';

/** Types of maps for MTAs that are not asked. */
const others = ['opensmtpd', 'tcprules', 'courier'];

/** Looks at every MTA that is installed; undefined is one that is not. */
export function checkMtas(settings: Settings): Finding[] {
  const checks = [checkPostfix(settings), checkExim(settings), checkSendmail(settings)].filter(
    (check) => check !== undefined,
  );
  const isServed = checks.some(({ looksUp }) => looksUp);
  const isForOther = settings.outputs.some(({ type }) => others.includes(type));
  const findings = checks.flatMap(({ findings: found, looksUp }) =>
    // One MTA is enough; another that is installed beside it may have other work.
    looksUp || !(isServed || isForOther) ? found : found.map(asNote),
  );
  if (checks.length > 0 && !isForOther) return findings;
  const asked = 'whether an MTA looks the maps up was not asked';
  const text = isForOther
    ? `${asked} of ${others.join(', ')}`
    : `no Postfix, Exim or Sendmail found: ${asked}`;
  return [...findings, { level: 'note', subject: 'mta', text, fix: 'man 7 exact-maps' }];
}

function asNote(finding: Finding): Finding {
  return finding.level === 'ok' ? finding : { ...finding, level: 'note' };
}
