/** What a text is by its first bytes, where it is no log of lines in ASCII or UTF-8. */
import { ExitStatus } from '../exit-status.ts';
import { Failure } from '../problem.ts';
import { exportBeginning } from './export-format.ts';

/** Bytes that are enough to tell. */
export const beginningLength = 16;

/**
 * Returns whether a text is a journal in systemd's export format. Throws a {@link Failure} for UTF-16, in which no line
 * would be found.
 */
export function isExport(beginning: Buffer, where: string): boolean {
  if (isUtf16(beginning)) {
    throw new Failure({
      status: ExitStatus.data,
      where,
      what: 'cannot read',
      why: 'a text in UTF-16',
      fix: `iconv -f UTF-16 -t UTF-8 ${where === '-' ? '' : `${where} `}| exact parse -`,
    });
  }
  return beginning.subarray(0, exportBeginning.length).equals(exportBeginning);
}

/** By its byte order mark, or by two characters of ASCII; a log that was truncated begins with NULs alone. */
function isUtf16([first = 0, second = 0, third = 0, fourth = 0]: Buffer): boolean {
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  const isLittleEndian = first > 0 && second === 0 && third > 0 && fourth === 0;
  return isLittleEndian || (first === 0 && second > 0 && third === 0 && fourth > 0);
}
