/** The names of users and groups, for messages about what they may not read. */
import { readFileSync } from 'node:fs';

/** Returns the name of a numeric id in passwd(5) or group(5), or the number where the file has none. */
export function accountName(database: '/etc/passwd' | '/etc/group', id: number): string {
  try {
    for (const line of readFileSync(database, 'utf8').split('\n')) {
      const [name, , number] = line.split(':');
      if (name && number === String(id)) return name;
    }
  } catch {
    // A message about a log does not fail for want of a name.
  }
  return String(id);
}
