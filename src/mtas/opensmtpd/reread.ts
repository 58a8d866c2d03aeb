/** A table of kind `file` is read when smtpd starts, and when root has it read anew: does anything do so on this host? */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readText } from '../../host/read-text.ts';
import { shellWord } from '../../terminal/shell-word.ts';
import type { MtaFinding } from '../mta.ts';
import type { SmtpdConf } from './verdicts.ts';

/** Where an admin has units of systemd. */
const units = '/etc/systemd/system';

/** Finds tables that nothing has smtpd read anew when they change. */
export function checkReread(conf: SmtpdConf): MtaFinding[] {
  return [...conf.own].flatMap((name): MtaFinding[] => {
    const { source = '' } = conf.tables.get(name) ?? {};
    const path = source.startsWith('file:') ? source.slice('file:'.length) : undefined;
    if (path === undefined || isWatched(path)) return [];
    const text = `reads ${path} when it starts alone: who was revoked may relay, and who is new may not, until 'smtpctl update table ${name}'`;
    const write = (unit: string, lines: readonly string[]) =>
      `printf '%s\\n' ${lines.map(shellWord).join(' ')} >${units}/exact-smtpd.${unit}`;
    const fix = [
      write('path', ['[Path]', `PathChanged=${path}`, '[Install]', 'WantedBy=multi-user.target']),
      write('service', ['[Service]', 'Type=oneshot', `ExecStart=/usr/sbin/smtpctl update table ${name}`]),
      'systemctl daemon-reload',
      'systemctl enable --now exact-smtpd.path',
    ].join(' && ');
    return [{ level: 'WARN', text, fix }];
  });
}

function isWatched(path: string): boolean {
  try {
    return readdirSync(units)
      .filter((name) => name.endsWith('.path'))
      .some((name) => readText(join(units, name)).split('\n').includes(`PathChanged=${path}`));
  } catch {
    return false;
  }
}
