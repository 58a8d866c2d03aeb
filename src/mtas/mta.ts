/**
 * What an MTA is to the rest of Exact. Each has a folder beside this file, in which all that is known of it stands
 * together, and a row in mtas.ts; `update --check` and `dump` ask nothing but this.
 */
import type { Settings } from '../config/settings.ts';
import type { Output } from '../maps/output.ts';
import type { RefusalLog } from '../refusals/relay-refusal.ts';
import type { Dialogue, Played } from './dialogue.ts';

/** One MTA. */
export interface Mta {
  /** As findings name it, in lower case. */
  readonly name: string;
  /** As people call it. */
  readonly title: string;
  /** Whether the map of an output is one that it can look up, whatever its configuration says. */
  looksUp(output: Output): boolean;
  /**
   * Looks addresses and networks up in a published map, as its server would, through each of its programs that is there
   * and can; an MTA that has none of the kind has no such method.
   */
  askMap?(output: Output, forms: readonly string[]): readonly MtaAnswer[];
  /**
   * Looks into its configuration on this host: does it look the maps up, and can it? undefined where it is not
   * installed; an MTA that nobody can ask has no such method.
   */
  check?(settings: Settings): MtaCheck | undefined;
  /**
   * Plays the conversation of a client with each of its services, as its server would have it; nothing where it is not
   * installed or does not take part. An MTA that cannot be asked so has no such method.
   */
  play?(dialogue: Dialogue, settings: Settings): readonly Played[] | Promise<readonly Played[]>;
  /** What it logs when it refuses to relay; an MTA whose log does not tell has none. */
  readonly refusals?: RefusalLog;
}

/** How an MTA looks maps up, by the type of the map: a type that is not there it cannot, nor an output that gives undefined. */
export type LookupsByType<Lookup> = Readonly<Record<string, (output: Output) => Lookup | undefined>>;

/** What an MTA's own program says of a published map. */
export interface MtaAnswer {
  /** As people would call it: `postmap -q`. */
  readonly program: string;
  /** What it was asked: all, or some where it takes a process for each. */
  readonly asked: readonly string[];
  /** Those that may relay by it; undefined where it failed. */
  readonly relays: ReadonlySet<string> | undefined;
  /** What it said when it failed. */
  readonly trouble?: string;
}

/** What was found of one MTA. */
export interface MtaCheck {
  readonly findings: readonly MtaFinding[];
  /** Whether it looks a map up, well or badly. */
  readonly looksUp: boolean;
}

/** How bad a finding is: FAIL keeps Exact from its work or opens the relay, WARN may, a note is for knowing. */
export type Level = 'ok' | 'note' | 'WARN' | 'FAIL';

/** One thing that was looked at. */
export interface MtaFinding {
  readonly level: Level;
  readonly text: string;
  /** A command for root, or what to write: to be pasted. Nothing that a log says stands in it. */
  readonly fix?: string;
  /** The command that brings back what was before the fix, which it is shown with. */
  readonly undo?: string;
}
