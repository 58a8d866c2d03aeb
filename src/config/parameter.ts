/** What a parameter of exact.conf is, and how the tables of parameters say how its value is read. */
import type { MapType } from '../maps/map-type.ts';
import type { Origin, Settings } from './settings.ts';

/** What the configuration needs to know of a map type. */
export type OutputType = Pick<
  MapType,
  'name' | 'hasKinds' | 'usualKind' | 'holdsNetworks' | 'options' | 'publishedPath' | 'refusal'
> & {
  /** Whether `output TYPE` takes a URL (`postgres://…`) where other types take a path. */
  readonly takesUrl?: boolean;
  /** How these URLs begin. */
  readonly schemes?: readonly string[];
};

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] };

/** Settings while they are being read. */
export type Draft = Mutable<Omit<Settings, 'origins'>> & {
  origins: Map<string, Origin>;
  /** The relay table's file, as EXACT 1.41 named it. */
  authfile?: string;
  authtype: 'text' | 'db';
};

/** The value of one line, as handed to the parameter that reads it. */
export interface Given {
  readonly value: string;
  readonly origin: Origin;
  /** The types that `output` may name. */
  readonly outputTypes: readonly OutputType[];
  /** Returns the absolute path for one that is relative to the folder of the configuration file. */
  absolute(path: string): string;
  /** Reports that a text, the value or a word of it, cannot be used. */
  refuse(text: string, why: string, fix?: string): void;
  /** Says what a value means that may be meant otherwise: `update --check` tells it. */
  note(why: string, fix: string): void;
}

/** One name that exact.conf may hold. */
export interface Parameter {
  readonly name: string;
  /** One sentence for pages. */
  readonly summary: string;
  /** What stands after the name, in the words of pages: `DURATION`, `on|off`. */
  readonly argument: string;
  /** The least and the greatest value. */
  readonly range?: readonly [string, string];
  /** Values that serve where the file gives none; most have one, `output` has two. */
  readonly defaults: readonly string[];
  readonly repeats?: boolean;
  /** Why it has no effect today, for a name that only the daemon of EXACT 1.41 needed. */
  readonly unused?: string;
  /** Puts the value into the draft, or refuses it. */
  read(given: Given, draft: Draft): void;
  /** Returns the values that give these settings again; none where the setting is unset or is written otherwise. */
  write(settings: Settings): string[];
}
