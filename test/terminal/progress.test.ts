import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Progress } from '../../src/terminal/progress.ts';

/** A terminal that keeps what is written on it. */
class Screen extends PassThrough {
  readonly isTTY = true;
  readonly columns = 80;
  text = '';

  override write(text: string | Uint8Array): boolean {
    this.text += String(text);
    return true;
  }
}

const screen = new Screen();
let milliseconds = 0;
const begin = (total: number) => {
  screen.text = '';
  milliseconds = 0;
  const progress = new Progress({ label: 'reading', clock: () => milliseconds, stream: screen });
  progress.expect(total);
  return progress;
};

let progress: Progress;
afterEach(() => progress.end());

describe('Progress', () => {
  it('draws nothing for work that takes less than a second', async () => {
    progress = begin(100e6);
    for (milliseconds = 0; milliseconds < 1000; milliseconds += 100) progress.advance(1e6);
    await new Promise(setImmediate);
    expect(screen.text).toBe('');
  });

  it('draws how much is done, how fast, and how long it will take yet, and takes that away', async () => {
    progress = begin(100e6);
    milliseconds = 2000;
    progress.advance(25e6);
    await vi.waitFor(() => expect(screen.text).toContain('reading: 25%, 13 MB/s, 6 s left [#######'), {
      timeout: 60_000,
    });
    progress.expect(100e6);
    progress.advance(25e6);
    progress.end();
    expect(screen.text).toContain('reading: 25%, 25 MB/s, 6 s left [');
    expect(screen.text.endsWith('\u001b[2K')).toBe(true);
    const ended = screen.text;
    progress.advance(1e6);
    await new Promise(setImmediate);
    expect(screen.text).toBe(ended);
  });

  it('makes way for a line, and comes back', async () => {
    progress = begin(100e6);
    milliseconds = 2000;
    progress.advance(25e6);
    await vi.waitFor(() => expect(screen.text).toContain('reading: 25%'), { timeout: 60_000 });
    progress.hide();
    expect(screen.text.endsWith('\u001b[2K')).toBe(true);
    progress.advance(25e6);
    await vi.waitFor(() => expect(screen.text).toContain('reading: 50%'), { timeout: 60_000 });
  });

  it('draws nothing where nobody knows how much there is to be done', async () => {
    progress = begin(0);
    milliseconds = 2000;
    progress.advance(1e6);
    await new Promise(setImmediate);
    expect(screen.text).toBe('');
  });
});
