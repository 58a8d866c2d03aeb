/**
 * A model of a syslog daemon and its rotation on a real file system, with an oracle: what must be read, what may
 * be, and what must never be. Lines that are destroyed before a run could see them are not required.
 */
import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { LogOnDisk, now } from './log-on-disk.ts';

/** What can happen to a log. */
export type Event =
  | 'write'
  | 'write half'
  | 'rename'
  | 'rename, writer follows later'
  | 'reopen'
  | 'copytruncate'
  | 'truncate'
  | 'delete and create'
  | 'compress'
  | 'drop the oldest'
  | 'touch'
  | 'run'
  | 'run that crashes'
  | 'run that is stopped';

/** How this host is set up. */
export interface Habits {
  /** Rotated files are named by date, else by number. */
  readonly isDated: boolean;
  /** The daemon opens its log with O_APPEND. */
  readonly appends: boolean;
}

/** A mail host with one log. */
export class SyslogModel {
  readonly #log = new LogOnDisk();
  readonly #habits: Habits;
  #writer: number;
  #place = 0;
  #half: string | undefined;
  /** Its start was truncated away: what is still to come will stand alone. */
  #isHalfGone = false;
  #count = 0;
  #days = 0;
  /** Whole lines that no run has delivered yet, though they have always been in some file. */
  readonly #required = new Set<string>();
  /** Lines, and the ends of lines whose start was truncated away: all that may ever be read. */
  readonly #possible = new Set<string>();
  readonly #delivered = new Set<string>();
  /** Since something was destroyed no cursor may fit, and lines may be read again. */
  #mayRepeat = false;
  #isTouched = false;
  /** What was found wrong. */
  readonly faults: string[] = [];

  constructor(habits: Habits) {
    this.#habits = habits;
    this.#writer = this.#open();
  }

  async happen(event: Event): Promise<void> {
    switch (event) {
      case 'write':
        return this.#writeLine();
      case 'write half':
        return this.#writeHalf();
      case 'rename':
        this.#rename();
        return this.#reopen();
      case 'rename, writer follows later':
        return this.#rename();
      case 'reopen':
        return this.#reopen();
      case 'copytruncate':
        return this.#copyTruncate();
      case 'truncate':
        return this.#truncate();
      case 'delete and create':
        return this.#deleteAndCreate();
      case 'compress':
        return this.#compress();
      case 'drop the oldest':
        return this.#dropOldest();
      case 'touch':
        return this.#touch();
      case 'run':
        return await this.#run();
      case 'run that crashes':
        return await this.#crash();
      case 'run that is stopped':
        return await this.#stop();
    }
  }

  /** Lets the last runs happen, and reports what they left out. */
  async end(): Promise<void> {
    this.#reopen();
    await this.#run();
    await this.#run();
    for (const line of this.#required) this.faults.push(`lost: ${line}`);
    closeSync(this.#writer);
    this.#log.remove();
  }

  #open(): number {
    const { O_WRONLY, O_CREAT, O_APPEND } = constants;
    const fd = openSync(this.#log.path, O_WRONLY | O_CREAT | (this.#habits.appends ? O_APPEND : 0), 0o644);
    this.#place = fstatSync(fd).size;
    return fd;
  }

  #put(text: string): void {
    const bytes = Buffer.from(text);
    writeSync(this.#writer, bytes, 0, bytes.length, this.#habits.appends ? null : this.#place);
    this.#place += bytes.length;
  }

  #writeLine(): void {
    if (this.#half !== undefined) {
      const rest = `the rest of ${this.#count}`;
      this.#put(`${rest}\n`);
      if (this.#isHalfGone) this.#possible.add(rest);
      else this.#expect(this.#half + rest);
      this.#half = undefined;
    }
    const line = `${now - 60} line ${++this.#count}`;
    this.#put(`${line}\n`);
    this.#expect(line);
  }

  #expect(line: string): void {
    this.#possible.add(line);
    this.#required.add(line);
  }

  #writeHalf(): void {
    if (this.#half !== undefined) return;
    this.#isHalfGone = false;
    this.#half = `${now - 60} line ${++this.#count}, of which this is the half and `;
    this.#put(this.#half);
  }

  #rotatedFiles(): string[] {
    const names = readdirSync(this.#log.folder).filter((name) => name !== 'mail.log');
    return names.sort((a, b) => this.#age(b) - this.#age(a) || (a < b ? -1 : 1));
  }

  #age(name: string): number {
    return this.#habits.isDated ? 0 : Number(name.split('.')[2]);
  }

  #makeRoom(): string {
    if (this.#habits.isDated) return this.#log.at(`mail.log-202611${String(++this.#days).padStart(2, '0')}`);
    for (const name of this.#rotatedFiles()) {
      const to = name.replace(/\.(\d+)/, (_all, number) => `.${Number(number) + 1}`);
      renameSync(this.#log.at(name), this.#log.at(to));
    }
    return this.#log.at('mail.log.1');
  }

  #rename(): void {
    if (existsSync(this.#log.path)) renameSync(this.#log.path, this.#makeRoom());
  }

  #reopen(): void {
    // Half a line in a file that is written no more stays half.
    if (!this.#writesTo(this.#log.path)) this.#half = undefined;
    // First close, then open: a file that was deleted gives its inode to the new one.
    closeSync(this.#writer);
    this.#writer = this.#open();
  }

  #copyTruncate(): void {
    if (!existsSync(this.#log.path)) return;
    copyFileSync(this.#log.path, this.#makeRoom());
    this.#isHalfGone ||= this.#writesTo(this.#log.path);
    truncateSync(this.#log.path);
  }

  #truncate(): void {
    if (!existsSync(this.#log.path)) return;
    this.#forget(this.#log.path);
    this.#isHalfGone ||= this.#writesTo(this.#log.path);
    truncateSync(this.#log.path);
  }

  #deleteAndCreate(): void {
    if (!existsSync(this.#log.path)) return;
    this.#forget(this.#log.path);
    rmSync(this.#log.path);
    this.#reopen();
  }

  #writesTo(path: string): boolean {
    return existsSync(path) && statSync(path).ino === fstatSync(this.#writer).ino;
  }

  #compress(): void {
    const plain = this.#rotatedFiles().filter((name) => !name.endsWith('.gz'));
    const name = plain.find((one) => !this.#writesTo(this.#log.at(one)));
    if (name === undefined) return;
    const path = this.#log.at(name);
    const { atime, mtime } = statSync(path);
    writeFileSync(`${path}.gz`, gzipSync(readFileSync(path)));
    utimesSync(`${path}.gz`, atime, mtime);
    rmSync(path);
  }

  #dropOldest(): void {
    const [name] = this.#rotatedFiles();
    if (name === undefined) return;
    this.#forget(this.#log.at(name));
    rmSync(this.#log.at(name));
    if (this.#writesTo(this.#log.path)) return;
    this.#half = undefined;
    this.#reopen();
  }

  /** A file that was touched may look as if it had been written to, in any later run that has to guess. */
  #touch(): void {
    const [name] = this.#rotatedFiles();
    if (name === undefined) return;
    utimesSync(this.#log.at(name), Date.now() / 1000, Date.now() / 1000);
    this.#isTouched = true;
    this.#mayRepeat = true;
  }

  /** What is destroyed with a file need not be read. */
  #forget(path: string): void {
    const bytes = readFileSync(path);
    const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
    for (const line of text.replaceAll('\0', '').split('\n')) this.#required.delete(line);
    this.#mayRepeat = true;
  }

  async #run(): Promise<void> {
    const { lines, reading } = await this.#log.run();
    for (const problem of reading.problems) {
      if (!problem.isWarning && !reading.facts.missing) this.faults.push(`problem: ${problem.what}`);
    }
    for (const line of lines.map((one) => one.replace(/^\0+/, ''))) {
      if (!this.#possible.has(line)) this.faults.push(`never written: ${line}`);
      else if (this.#delivered.has(line) && !this.#mayRepeat) this.faults.push(`read again: ${line}`);
      this.#delivered.add(line);
      this.#required.delete(line);
    }
    this.#mayRepeat = this.#isTouched || (this.#mayRepeat && reading.facts.missing);
    this.#noteVagueness();
  }

  /** An empty file is known by its inode alone: what changed since is read by its time, and maybe again. */
  #noteVagueness(): void {
    const { files } = JSON.parse(this.#log.saved ?? '') as { files: { offset: number }[] };
    this.#mayRepeat ||= files.some(({ offset }) => offset === 0);
  }

  /** All is read, and the machine dies before that is saved. */
  async #crash(): Promise<void> {
    const saved = this.#log.saved;
    await this.#log.run();
    this.#log.saved = saved;
  }

  /** A signal comes while the first chunk is worked on, and what was reached is saved. */
  async #stop(): Promise<void> {
    const reading = await this.#log.start();
    for await (const _ of reading.chunks()) break;
    this.#log.saved = JSON.stringify(reading.saved());
    this.#noteVagueness();
  }
}
