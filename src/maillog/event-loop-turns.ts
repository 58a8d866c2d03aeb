/** Turns of the event loop in the middle of a large file, so that signals are honoured. */

/** Bytes after which it has one. */
const bytesPerTurn = 16 * 1024 * 1024;

/** Gives the event loop its turns while bytes are read. */
export class EventLoopTurns {
  #bytes = 0;

  /** So many more bytes were read. */
  async after(bytes: number): Promise<void> {
    this.#bytes += bytes;
    if (this.#bytes < bytesPerTurn) return;
    this.#bytes = 0;
    await eventLoopTurn();
  }
}

/** Gives the event loop a turn. */
function eventLoopTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
