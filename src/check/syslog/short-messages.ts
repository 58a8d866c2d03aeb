/** Settings that make a daemon cut messages so early that nothing tells a line which was cut from a whole one. */
import { type ConfigFile, editFix, lineAt } from '../config-text.ts';
import type { Weakness } from './daemon.ts';

/** Bytes: what is cut no earlier is longer than any message that counts, with a header and a tag of usual length. */
const leastLimit = 600;

const units: Readonly<Record<string, number>> = { '': 1, k: 1024, kib: 1024, kb: 1000, m: 1024 ** 2 };

/** A setting, whose group `size` takes a number with or without a unit. */
export interface SizeSetting {
  readonly name: string;
  readonly expression: RegExp;
  /** Has the daemon read its configuration anew. */
  readonly restart: string;
}

/** Returns where a configuration without its comments says so. */
export function shortMessages(file: ConfigFile, text: string, setting: SizeSetting): Weakness[] {
  const { name, expression, restart } = setting;
  return [...text.matchAll(expression)].flatMap((match): Weakness[] => {
    const size = match.groups?.size ?? '';
    const [, digits = '', unit = ''] = /^(\d+)\s*([a-z]*)$/i.exec(size) ?? [];
    const factor = units[unit.toLowerCase()];
    if (digits === '' || factor === undefined || Number(digits) * factor >= leastLimit) return [];
    const start = match.index + match[0].lastIndexOf(size);
    return [
      {
        where: `${file.path}:${lineAt(text, start)}`,
        text: `${name} ${size} cuts messages at fewer than ${leastLimit} bytes`,
        kind: 'cut',
        fix: `${editFix(file, start, start + size.length, '8192')} && ${restart}`,
      },
    ];
  });
}
