/** What decides who relays and where it is published, as one text: if the last run's differs, all is judged again. */
import type { Settings } from '../config/settings.ts';
import { sharedTables } from '../maps/shared/shared-tables.ts';
import type { Policy } from '../relay/policy.ts';
import type { KnownTables } from '../state/tables-file.ts';

/** Returns the text. Revocations of this host are not in it: their file tells whether they have changed. */
export function policyText(settings: Settings, policy: Policy, known: KnownTables): string {
  const { outputs, ipv6Prefix, maxAddressesPerUser, maxUsersPerAddress, maxEntries } = settings;
  const [ignore, only] = [settings.ignore, settings.only].map((lines) =>
    lines.map(({ network }) => network.text),
  );
  const [users, notUsers] = [settings.users, settings.notUsers].map((lines) =>
    lines.map(({ pattern }) => pattern),
  );
  const own = [...policy.ownAddresses].sort();
  const { timeout, sessionLimit } = policy;
  const tables = sharedTables(settings);
  return JSON.stringify({
    timeout,
    sessionLimit,
    ignore,
    only,
    users,
    notUsers,
    own,
    outputs,
    ipv6Prefix,
    maxAddressesPerUser,
    maxUsersPerAddress,
    maxEntries,
    // As rows: in the time of this host they are a little different each time.
    ...(tables.length === 0
      ? {}
      : { elsewhere: tables.map(({ target }) => known[target.key]?.revocations ?? []) }),
  });
}
