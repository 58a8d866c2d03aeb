// Does with src/cdb-ts what `cdb -c` does: makes a constant database of the records of a file, `+KLEN,DLEN:KEY->DATA`
// each, here with the same data in all. Bundled by cdb.js. Arguments: the database, the file.
import { openSync, readSync, writeSync } from 'node:fs';
import { CdbWriter } from '../../src/cdb-ts/writer.ts';

const [database, records] = process.argv.slice(2);
const output = openSync(database, 'w');
const writer = new CdbWriter({
  writeAt(bytes, position) {
    for (let done = 0; done < bytes.length; )
      done += writeSync(output, bytes, done, bytes.length - done, position + done);
  },
});

const input = openSync(records, 'r');
const buffer = Buffer.alloc(256 * 1024);
const longestRecord = 100;
let filled = 0;
let at = 0;

/** Moves what is left to the front, and reads on behind it. */
function fill() {
  buffer.copyWithin(0, at, filled);
  filled -= at;
  at = 0;
  filled += readSync(input, buffer, filled, buffer.length - filled, null);
}

/** Reads digits up to the byte that ends them, and passes over it. */
function number(end) {
  let value = 0;
  while (buffer[at] !== end) value = value * 10 + buffer[at++] - 0x30;
  at++;
  return value;
}

const data = Buffer.from('OK');
const [plus, comma, colon] = Buffer.from('+,:');
function addAll() {
  for (;;) {
    if (filled - at < longestRecord) fill();
    if (buffer[at++] !== plus) return;
    const keyLength = number(comma);
    const dataLength = number(colon);
    writer.add(buffer, data, at, at + keyLength);
    at += keyLength + dataLength + '->\n'.length;
  }
}
addAll();
writer.finish();
