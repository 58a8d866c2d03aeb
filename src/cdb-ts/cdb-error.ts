/** What can be wrong with a constant database, as one error type. */

/**
 * `too-large`: a cdb's positions are 32 bits, so it ends at 4 GiB (2^32 - 1 bytes).
 * `too-short`: the file ends before its header does, or ended while it was read.
 * `bad-table`: the header names a hash table that is not within the file.
 * `bad-record`: a record that is not within the file's records.
 * `bad-text`: a key given as text has a character above U+00FF.
 */
export type CdbReason = 'too-large' | 'too-short' | 'bad-table' | 'bad-record' | 'bad-text';

/** A constant database that cannot be read or made. Errors of the system while doing so come as they are. */
export class CdbError extends Error {
  readonly reason: CdbReason;

  constructor(reason: CdbReason, message: string) {
    super(message);
    this.name = 'CdbError';
    this.reason = reason;
  }
}
