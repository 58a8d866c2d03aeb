/** Lines that begin with a stamp of their own: those of syslog daemons, and those of files that servers write themselves. */
import type { Form } from './grammar.ts';
import { parseDovecot0, parseDovecot1, parseDovecotFile, parseFields, parseUntagged } from './own-files.ts';
import { parseSyslog } from './syslog.ts';

/** Returns the record of a line that begins with a stamp, and nothing before it but Dovecot's name. */
export const parsePlain: Form = (line, isNamed) =>
  parseDovecot1(line, isNamed) ??
  parseSyslog(line, isNamed) ??
  parseUntagged(line, isNamed) ??
  parseDovecotFile(line, isNamed) ??
  parseFields(line, isNamed) ??
  parseDovecot0(line, isNamed);
