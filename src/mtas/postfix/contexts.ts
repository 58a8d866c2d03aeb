/**
 * Under SELinux, may Postfix read the maps? Known from the source of the policy, which nobody has run with Exact: every
 * domain of Postfix may read files of type postfix_etc_t, and no rule lets it read those below /var/lib (postfix.te of
 * fedora-selinux/selinux-policy). A new map gets the type of its folder.
 */
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { answerOf } from '../../host/ask.ts';
import { readText } from '../../host/read-text.ts';
import { shellWord } from '../../terminal/shell-word.ts';
import type { MtaFinding } from '../mta.ts';

/** Types that files below /var/lib have where nobody has given them another. */
const unreadable = /^(?:var_lib_t|var_t|default_t|unlabeled_t)$/;

/** Looks at the folders of maps; on a host without SELinux, or where it only warns, there is nothing to say. */
export function checkContexts(maps: readonly string[]): MtaFinding[] {
  const enforce = '/sys/fs/selinux/enforce';
  if (!existsSync(enforce) || readText(enforce).trim() !== '1') return [];
  const folders = [...new Set(maps.map(dirname))];
  return contextFindings(folders.map((folder) => [folder, answerOf('stat', ['-c', '%C', folder]) ?? '']));
}

/** Returns what is to be said of folders and their contexts, as stat(1) prints them: `system_u:object_r:var_lib_t:s0`. */
export function contextFindings(
  folders: readonly (readonly [path: string, context: string])[],
): MtaFinding[] {
  return folders.flatMap(([folder, context]): MtaFinding[] => {
    const type = context.trim().split(':')[2] ?? '';
    if (!unreadable.test(type)) return [];
    const text = `SELinux: ${folder} has type ${type}, which Postfix may not read, by the source of the policy (not tried)`;
    const pattern = folder.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    const fix = `semanage fcontext -a -t postfix_etc_t ${shellWord(`${pattern}(/.*)?`)} && restorecon -R ${shellWord(folder)}`;
    return [{ level: 'WARN', text, fix }];
  });
}
