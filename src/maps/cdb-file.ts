/** Constant databases as maps: one is written beside its old self and put in its place, and read with what can fail. */
import { createHash } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { CdbError } from '../cdb-ts/cdb-error.ts';
import { CdbReader, type CdbRecord } from '../cdb-ts/reader.ts';
import { fileSource } from '../cdb-ts/source.ts';
import { CdbWriter } from '../cdb-ts/writer.ts';
import { ExitStatus } from '../exit-status.ts';
import { Failure, reasonOf, statusOf } from '../problem.ts';
import type { MapWriter } from './map-type.ts';
import type { Output } from './output.ts';
import { notKnown, replaceOptionsOf } from './output-file.ts';
import { Replacement } from './replace-file.ts';

/** Makes a cdb of records, as a {@link MapWriter} makes a map of addresses. */
export interface CdbFileWriter extends Omit<MapWriter, 'add'> {
  /** Adds a record; the key is text of characters up to U+00FF, one byte each. */
  put(key: string, value: Uint8Array): void;
  /** Adds a record with the value for each line; its key is the line without the newline. */
  putLines(keys: Uint8Array, value: Uint8Array): void;
}

/** Begins a cdb beside the published one. */
export function writeCdbFile(output: Output): CdbFileWriter {
  const replacement = new Replacement(output.path, replaceOptionsOf(output));
  const digest = createHash('sha1');
  const writer = new CdbWriter({
    writeAt(bytes, position) {
      digest.update(bytes);
      replacement.writeAt(bytes, position);
    },
  });
  const attempt = (step: () => void) => {
    try {
      step();
    } catch (error) {
      throw error instanceof CdbError ? failureOf(error, output, 'cannot publish') : error;
    }
  };
  return {
    put: (key, value) => attempt(() => writer.addText(key, value)),
    putLines: (keys, value) => attempt(() => writer.addLines(keys, value)),
    finish() {
      writer.finish();
      replacement.complete();
      return digest.digest('hex');
    },
    publish: () => replacement.commit(),
    discard: () => replacement.discard(),
  };
}

/** Gives the records of a published cdb, in the order of the file. */
export function* readCdbFile(output: Output): Generator<CdbRecord, void, undefined> {
  let fd: number | undefined;
  try {
    fd = openSync(output.path, 'r');
    yield* new CdbReader(fileSource(fd)).entries();
  } catch (error) {
    throw failureOf(error, output, 'cannot read', notKnown);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** Returns the first value that a key has in a published cdb, or undefined. */
export function lookUpCdbFile(output: Output, key: string): Buffer | undefined {
  let fd: number | undefined;
  try {
    fd = openSync(output.path, 'r');
    return new CdbReader(fileSource(fd)).get(Buffer.from(key, 'latin1'));
  } catch (error) {
    throw failureOf(error, output, 'cannot read', notKnown);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function failureOf(error: unknown, output: Output, what: string, consequence?: string): Failure {
  return new Failure({
    status: error instanceof CdbError ? statusOfCdb(error) : statusOf(error, 'reading'),
    where: output.path,
    what,
    why: reasonOf(error),
    ...(consequence === undefined ? {} : { consequence }),
  });
}

function statusOfCdb(error: CdbError): ExitStatus {
  return error.reason === 'too-large' ? ExitStatus.cannotCreate : ExitStatus.data;
}
