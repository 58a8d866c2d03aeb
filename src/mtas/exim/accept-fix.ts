/** What has Exim accept clients that a map holds: a command for Debian's layout of its configuration, or the statement. */
import { existsSync, readdirSync } from 'node:fs';
import { readText } from '../../host/read-text.ts';
import { shellWord } from '../../terminal/shell-word.ts';
import type { MtaFinding } from '../mta.ts';
import type { RefusingStatement } from './acls.ts';
import type { EximLookup } from './lookups.ts';
import type { EximProgram } from './program.ts';

/** Debian's layout: update-exim4.conf(8) makes the configuration of one of these. */
const debian = {
  settings: '/etc/exim4/update-exim4.conf.conf',
  whole: '/etc/exim4/exim4.conf.template',
  split: '/etc/exim4/conf.d/acl/30_exim4-config_check_rcpt',
  parts: '/etc/exim4/conf.d/acl',
  own: '/etc/exim4/exim4.conf',
};

/** Says that mail of the client is handed in, as Debian has it of its own networks; an ACL before MAIL knows no mail. */
const handedIn = ['control = submission/sender_retain', 'control = dkim_disable_verify'];

function isDebian(): boolean {
  return existsSync(debian.settings) && !existsSync(debian.own);
}

function isSplit(): boolean {
  return /^dc_use_split_config='?true/m.test(readText(debian.settings));
}

/** In Debian's ACL, before the statement for hosts that may relay; elsewhere the statement itself. */
export function acceptFix({ condition }: EximLookup): string {
  if (condition === undefined) return 'man 7 exact-maps';
  if (!isDebian()) return `accept ${[condition, ...handedIn].join('; ')}`;
  const file = isSplit() ? debian.split : debian.whole;
  const relayHosts = '^ *accept\\n *hosts = +relay_from_hosts$';
  const statement = [condition.replace(/[|&\\]/g, '\\$&'), ...handedIn].join('\\n    ');
  const script = `/^ *accept$/{N;s|${relayHosts}|  accept\\n    ${statement}\\n\\n&|}`;
  return `sed -i ${shellWord(script)} ${file} && update-exim4.conf && systemctl reload exim4`;
}

/** Returns what puts the statement before those that refuse, and takes it out again; where one is not found, the words. */
export function earlierAccept(
  { version }: EximProgram,
  { condition }: EximLookup,
  refusing: readonly RefusingStatement[],
): Pick<MtaFinding, 'fix' | 'undo'> {
  if (condition === undefined) return { fix: 'man 7 exact-maps' };
  const linesOf = (phase: string) => ['accept', condition, ...(phase === 'rcpt' ? handedIn : [])];
  const sources = sourcesOf(version);
  const found = refusing.map((each) => {
    const places = sources.flatMap((file) => placesIn(file, each.verb, each.condition));
    return places.length === 1 ? places.map((place) => ({ ...place, lines: linesOf(each.phase) })) : [];
  });
  if (found.some((places) => places.length === 0)) {
    return { fix: `before the first that refuses in each ACL, write: ${linesOf('rcpt').join('; ')}` };
  }
  // One command for each file, since all lines are counted before any is changed; upwards, to take them out again.
  const places = found.flat().sort((a, b) => b.line - a.line);
  const files = [...new Set(places.map(({ file }) => file))];
  const edits = (scriptOf: (place: (typeof places)[number], above: number) => string) =>
    files.map((file) => {
      const its = places.filter((place) => place.file === file);
      const scripts = its.map((place, index) => {
        const above = its.slice(index + 1).reduce((sum, { lines }) => sum + lines.length, 0);
        return `-e ${shellWord(scriptOf(place, above))}`;
      });
      return `sed -i ${scripts.join(' ')} ${shellWord(file)}`;
    });
  const again = isDebian() ? ['update-exim4.conf', 'systemctl reload exim4'] : ['systemctl reload exim4'];
  const text = (lines: readonly string[]) =>
    lines.map((each, index) => `${index === 0 ? '  ' : '    '}${each}`);
  return {
    fix: [...edits(({ line, lines }) => `${line}i\\${text(lines).join('\\n')}`), ...again].join(' && '),
    undo: [
      ...edits(({ line, lines }, above) => `${line + above},${line + above + lines.length - 1}d`),
      ...again,
    ].join(' && '),
  };
}

/** The files of the configuration that an admin edits. */
function sourcesOf(version: string): string[] {
  if (isDebian()) {
    if (!isSplit()) return [debian.whole];
    return readdirSync(debian.parts)
      .sort()
      .map((name) => `${debian.parts}/${name}`);
  }
  const [, file] = /^Configuration file is (.*)$/m.exec(version) ?? [];
  return file === undefined ? [] : [file];
}

/** Where in a file a statement with this condition begins: lines from 1. */
function placesIn(
  file: string,
  verb: string,
  condition: string,
): { readonly file: string; readonly line: number }[] {
  const plain = (text: string) => text.replace(/\s+/g, ' ').trim();
  const lines = readText(file).split('\n').map(plain);
  const wanted = [plain(condition), plain(`${verb} ${condition}`)];
  return lines.flatMap((each, index) => {
    if (!wanted.includes(each)) return [];
    for (let at = index; at >= 0; at--)
      if (new RegExp(`^${verb}\\b`).test(lines[at] ?? '')) return [{ file, line: at + 1 }];
    return [];
  });
}
