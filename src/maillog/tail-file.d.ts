/** What of the tail-file package (1.4) is used; it brings no types. */
declare module 'tail-file' {
  import type { EventEmitter } from 'node:events';

  interface TailOptions {
    /** Where to start. */
    startPos?: 'end' | 'start';
    /** Go on where the file is not there yet. */
    force?: boolean;
    /** As of a StringDecoder. */
    encoding?: string;
    /** Bytes that are read at once. */
    _bufsize?: number;
  }

  class Tail extends EventEmitter {
    constructor(filename: string, options?: TailOptions);
    /** Byte offset of what is read next. */
    readonly pos: number | 'init';
    /** Name of the file that is read now. */
    readonly started: string | null;
    start(): void;
    stop(): Promise<unknown>;
  }
  export = Tail;
}
