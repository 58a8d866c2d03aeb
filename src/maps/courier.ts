/**
 * Map type `courier`: the access file of couriertcpd(1), GDBM, made by Courier's makedat(1):
 *
 *     ACCESSFILE=/var/lib/exact/acl          in /etc/courier/esmtpd
 *     output courier /var/lib/exact/acl.dat merge=/etc/courier/smtpaccess/default
 *
 * `allow,RELAYCLIENT` for each address; IPv6 keys are eight groups with all zeros, networks of whole groups their
 * first groups. couriertcpd 1.0 opens the file when it starts and on SIGHUP, so an expired address relays until then.
 * `couriertcpd -restart` sends it, for root; Courier's own user can send it by `pkill -HUP -F /run/courier/esmtpd.pid`.
 *
 * couriertcpd has one such file, so the admin's own are merged. Of the rule that a client would meet without a login
 * it keeps what that sets, and is let relay too, unless that rule denies; an address that the admin's files name
 * keeps its rule alone.
 */
import { closeSync, openSync } from 'node:fs';
import { CdbError } from '../cdb-ts/cdb-error.ts';
import { fileSource } from '../cdb-ts/source.ts';
import { ExitStatus } from '../exit-status.ts';
import { isProgram, runHelper } from '../host/helper-program.ts';
import { Failure, reasonOf, statusOf } from '../problem.ts';
import { canonicalForm } from '../relay/network.ts';
import { writeBuiltTable } from './built-table.ts';
import { type CourierRules, closestRule, courierKey, readCourierRules } from './courier-rules.ts';
import { GdbmError, gdbmEntries } from './gdbm-reader.ts';
import { formOfGroups, groupsRefusal } from './ipv6-groups.ts';
import type { MapType } from './map-type.ts';
import { mergedPaths, mergeOption } from './merged-files.ts';
import { holdsFamily, type Output } from './output.ts';
import { keptInUse, notKnown } from './output-file.ts';

/** Returns the rule for an address that may relay; undefined where the admin's rules keep it out. */
function ruleFor(rules: CourierRules, key: string): string | undefined {
  if (rules.has(key)) return undefined;
  const closest = closestRule(rules, key) ?? 'allow';
  if (!/^allow(?:,|$)/.test(closest)) return undefined;
  return letsRelay(closest) ? closest : `${closest},RELAYCLIENT`;
}

function letsRelay(rule: string): boolean {
  const names = rule.replace(/"[^"]*"/g, '').split(',');
  return names[0] === 'allow' && names.some((name) => /^RELAYCLIENT(?:=|$)/.test(name));
}

function formOfKey(key: string): string {
  const form = key.startsWith(':') ? formOfGroups(key.slice(1).split(':')) : canonicalForm(key);
  return typeof form === 'string' ? form : key;
}

function* readCourier(output: Output): Generator<string> {
  const rules = readCourierRules(output);
  let fd: number | undefined;
  try {
    fd = openSync(output.path, 'r');
    for (const [key, rule] of gdbmEntries(fileSource(fd))) {
      if (!rules.has(key) && letsRelay(rule)) yield formOfKey(key);
    }
  } catch (error) {
    const isDamage = error instanceof GdbmError || error instanceof CdbError;
    throw new Failure({
      status: isDamage ? ExitStatus.data : statusOf(error, 'reading'),
      where: output.path,
      what: 'cannot read',
      why: reasonOf(error),
      consequence: notKnown,
    });
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** The map type `courier`. */
export const courierMap: MapType = {
  name: 'courier',
  summary: 'access file of couriertcpd, merged with your own rules',
  hasKinds: false,
  holdsNetworks: true,
  options: [mergeOption],
  publishedPath: (output) => output.path,
  refusal: (output, ipv6Prefix) => (holdsFamily(output, 'ipv6') ? groupsRefusal(ipv6Prefix) : undefined),
  hostRefusal: () => (isProgram('makedat') ? undefined : 'this host has no makedat; it comes with Courier'),
  sources: mergedPaths,
  write(output) {
    const rules = readCourierRules(output);
    return writeBuiltTable(output, {
      path: output.path,
      suffix: '.dat',
      preface: [...rules].map(([key, rule]) => `${key}\t${rule}\n`).join(''),
      line(form) {
        const key = courierKey(form);
        const rule = ruleFor(rules, key);
        return rule === undefined ? undefined : `${key}\t${rule}`;
      },
      make(source, table) {
        runHelper({
          program: 'makedat',
          comesWith: 'Courier',
          args: [`-src=${source}`, `-file=${table}`, `-tmp=${table}.tmp`],
          where: `makedat ${output.path}`,
          consequence: keptInUse,
        });
      },
    });
  },
  read: readCourier,
  leavesOut(output) {
    const rules = readCourierRules(output);
    return (form) => ruleFor(rules, courierKey(form)) === undefined;
  },
};
