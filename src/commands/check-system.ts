/** Does Postfix look the maps up, can it, and does anything run Exact each minute? */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Output } from '../config/settings.ts';
import { readText } from '../read-text.ts';
import type { Finding } from './finding.ts';

const environment = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' };

/** Returns what a program prints; undefined where there is none or it fails. */
function answerOf(program: string, ...args: string[]): string | undefined {
  const run = spawnSync(program, args, { encoding: 'utf8', env: environment, timeout: 10_000 });
  return run.status === 0 ? run.stdout : undefined;
}

/** Settings of main.cf in which a lookup of the relay table makes sense. */
const lookupSettings = ['smtpd_relay_restrictions', 'smtpd_recipient_restrictions', 'mynetworks'];

/** Looks into Postfix, where it is installed. */
export function checkPostfix(outputs: readonly Output[]): Finding[] {
  const types = answerOf('postconf', '-m')?.split(/\s+/);
  if (types === undefined) return [];
  const settings = answerOf('postconf', '-h', ...lookupSettings) ?? '';
  const lookups = outputs.flatMap((output) => {
    const type = output.type === 'postmap' ? output.kind : output.type;
    if (!['cdb', 'cidr', 'hash', 'btree', 'lmdb'].includes(type)) return [];
    const name = type === 'cdb' && output.type === 'cdb' ? output.path.replace(/\.cdb$/, '') : output.path;
    return [{ type, lookup: `${type}:${name}` }];
  });
  const findings: Finding[] = [];
  if (
    settings
      .split(/[\s,]+/)
      .some((word) => outputs.some(({ type, path }) => type === 'text' && word === path))
  ) {
    findings.push({
      level: 'FAIL',
      subject: 'postfix',
      text: 'mynetworks names a text map: IPv6 lines there give 451 to everybody',
      fix: 'use cdb: in its place, see exact-maps(7)',
    });
  }
  for (const { type, lookup } of lookups) {
    if (types.includes(type)) continue;
    const fix = ['cdb', 'lmdb'].includes(type) ? `apt install postfix-${type}` : 'use output cdb';
    findings.push({ level: 'FAIL', subject: 'postfix', text: `has no ${type}: maps, for ${lookup}`, fix });
  }
  const [first] = lookups;
  if (first === undefined) return findings;
  const used = lookups.find(({ lookup }) => settings.includes(lookup));
  findings.push(
    used === undefined
      ? {
          level: 'FAIL',
          subject: 'postfix',
          text: `main.cf does not look up ${first.lookup}`,
          fix: `postconf -e 'smtpd_relay_restrictions=permit_mynetworks permit_sasl_authenticated check_client_access ${first.lookup} defer_unauth_destination'`,
        }
      : { level: 'ok', subject: 'postfix', text: `main.cf looks up ${used.lookup}` },
  );
  return findings;
}

/** Looks for what runs `exact update`: the timer of systemd, or a cron job. */
export function checkTimer(): Finding[] {
  if (answerOf('systemctl', 'is-active', 'exact.timer')?.trim() === 'active') {
    return [{ level: 'ok', subject: 'timer', text: 'exact.timer is active' }];
  }
  const job = ['/etc/crontab', ...filesIn('/etc/cron.d'), ...filesIn('/var/spool/cron/crontabs')].find(
    (file) => /^[^#]*\bexact\b.*\bupdate\b/m.test(textOf(file)),
  );
  if (job !== undefined) return [{ level: 'ok', subject: 'timer', text: `cron job in ${job}` }];
  return [
    {
      level: 'WARN',
      subject: 'timer',
      text: 'neither exact.timer nor a cron job that can be seen runs exact update: without it nothing expires',
      fix: "echo '* * * * * root exact update' >/etc/cron.d/exact",
    },
  ];
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    return [];
  }
}

function textOf(file: string): string {
  try {
    return readText(file);
  } catch {
    return '';
  }
}
