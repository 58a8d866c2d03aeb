/** sendmail.mc, which sendmail.cf is made of, and what is written into it. */
import { shellWord } from '../../terminal/shell-word.ts';

/** Where Debian has it. */
export const source = '/etc/mail/sendmail.mc';

/** What makes sendmail.cf anew, and has the daemon read it. */
export const rebuild = 'make -C /etc/mail && systemctl reload sendmail';

/** Returns the command that appends lines. `%b` has a tab where a rule needs one. */
export function appended(lines: readonly string[]): string {
  return `printf '%b\\n' ${lines.map(shellWord).join(' ')} >>${source} && ${rebuild}`;
}
