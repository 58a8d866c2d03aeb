/** What the tail-file package tells of a log that it watches, as one stream of events. */
import { fstatSync } from 'node:fs';
import { blockSize } from './read-position.ts';
import { targetOf } from './regular-file.ts';

/** What tail-file tells, in its order. */
export type TailEvent =
  | { readonly kind: 'line'; readonly text: string }
  /** It has opened its first file, and will read on from the byte `to`. */
  | { readonly kind: 'ready'; readonly inode: number; readonly to: number }
  /** It has gone over to another file, or to the start of a truncated one. */
  | { readonly kind: 'restart' }
  | { readonly kind: 'error'; readonly error: unknown };

/** Yields what tail-file tells, as it comes, until the signal says to end. */
export async function* tailEvents(path: string, signal: AbortSignal): AsyncGenerator<TailEvent[]> {
  const { default: Tail } = await import('tail-file');
  if (signal.aborted) return;
  // Of a symbolic link, the directory of its target is the one to watch. As latin1 no byte is lost or changed.
  const options = { startPos: 'end', force: true, encoding: 'latin1', _bufsize: blockSize } as const;
  const tail = new Tail(targetOf(path), options);
  let events: TailEvent[] = [];
  let wake = () => {};
  const tell = (event: TailEvent) => {
    events.push(event);
    wake();
  };
  tail.on('line', (text: string) => tell({ kind: 'line', text }));
  tail.on('restart', () => tell({ kind: 'restart' }));
  tail.on('error', (error: unknown) => tell({ kind: 'error', error }));
  tail.once('ready', (fd: number) => {
    if (typeof tail.pos === 'number') tell({ kind: 'ready', inode: fstatSync(fd).ino, to: tail.pos });
  });
  signal.addEventListener('abort', () => wake());
  tail.start();
  try {
    while (!signal.aborted) {
      if (events.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      const told = events;
      events = [];
      yield told;
    }
  } finally {
    await tail.stop();
  }
}
