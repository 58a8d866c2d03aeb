/**
 * A bar on standard error for work that takes long: how much is done, how fast, and how long it will take yet. What
 * draws it is loaded when the work has taken a second, so short work pays nothing.
 */
import type { SingleBar } from 'cli-progress';
import { durationWords } from './words.ts';

/** Milliseconds that work may take before it is worth a bar. */
const worthABar = 1000;

/** What a bar is drawn with. */
export interface ProgressOptions {
  /** What goes on, before the bar: `reading`. */
  readonly label: string;
  /** Unix milliseconds. */
  readonly clock: () => number;
  /** A terminal. */
  readonly stream: NodeJS.WritableStream;
}

/** How far some work has come. {@link Progress.end} must follow: a bar that is drawn keeps the process alive. */
export class Progress {
  readonly #options: ProgressOptions;
  readonly #began: number;
  #total = 0;
  #done = 0;
  #bar: SingleBar | undefined;
  #state: 'waiting' | 'loading' | 'drawn' | 'over' = 'waiting';

  constructor(options: ProgressOptions) {
    this.#options = options;
    this.#began = options.clock();
  }

  /** So many more bytes are to be done. */
  expect(bytes: number): void {
    this.#total += bytes;
    this.#bar?.setTotal(this.#total);
  }

  /** So many more bytes are done. */
  readonly advance = (bytes: number): void => {
    this.#done += bytes;
    if (this.#state === 'drawn') this.#bar?.update(this.#done, this.#words());
    else if (this.#state === 'waiting' && this.#total > 0 && this.#elapsed() >= worthABar) void this.#draw();
  };

  /** Takes the bar away for what is to be written in its place; it comes back with the next advance. */
  hide(): void {
    if (this.#state !== 'drawn') return;
    this.#bar?.stop();
    this.#state = 'waiting';
  }

  /** Takes the bar away for good. */
  end(): void {
    this.hide();
    this.#state = 'over';
  }

  async #draw(): Promise<void> {
    this.#state = 'loading';
    const { default: progress } = await import('cli-progress');
    const { label, stream } = this.#options;
    // The work may have come to its end meanwhile.
    if ((this.#state as string) === 'over') return;
    this.#bar = new progress.SingleBar({
      // The bar comes last: it is what a narrow terminal cuts off.
      format: `${label}: {percentage}%, {rate}, {left} left [{bar}]`,
      barsize: 30,
      barCompleteChar: '#',
      barIncompleteChar: '-',
      stream,
      clearOnComplete: true,
      // It would switch the terminal's own wrapping off, and a signal would leave it so.
      linewrap: true,
    });
    this.#bar.start(this.#total, this.#done, this.#words());
    this.#state = 'drawn';
  }

  #elapsed(): number {
    return this.#options.clock() - this.#began;
  }

  #words(): { readonly rate: string; readonly left: string } {
    const bytesPerSecond = (this.#done * 1000) / Math.max(1, this.#elapsed());
    const left = Math.max(0, this.#total - this.#done) / Math.max(1, bytesPerSecond);
    return { rate: rateWords(bytesPerSecond), left: durationWords(Math.ceil(left)) };
  }
}

/** Returns a rate as people read it: `3.4 MB/s`, `120 MB/s`. */
function rateWords(bytesPerSecond: number): string {
  const megabytes = bytesPerSecond / 1e6;
  return `${megabytes < 10 ? megabytes.toFixed(1) : Math.round(megabytes)} MB/s`;
}
