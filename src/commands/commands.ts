/** The commands by name; each is loaded when it is called for. */
import type { LoadCommand } from '../cli/command.ts';

/** Every command, in the order of help. */
export const commands: Readonly<Record<string, LoadCommand>> = {
  parse: async () => (await import('./parse/parse.ts')).parseCommand,
  update: async () => (await import('./update/update.ts')).updateCommand,
  expire: async () => (await import('./expire/expire.ts')).expireCommand,
  dump: async () => (await import('./dump/dump.ts')).dumpCommand,
  'test-rule': async () => (await import('./test-rule/test-rule.ts')).testRuleCommand,
};
