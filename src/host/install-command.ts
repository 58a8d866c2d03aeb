/** How this host gets a package that has the same name in Debian and in the RHEL family. */
import { isProgram } from './helper-program.ts';

/** Returns the command; undefined on a host of neither family. */
export function installCommand(name: string): string | undefined {
  if (isProgram('apt-get')) return `apt install ${name}`;
  return isProgram('dnf') ? `dnf install ${name}` : undefined;
}
