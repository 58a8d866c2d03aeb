/** What the tests of maps on servers have to know of an MTA. */
import { join } from 'node:path';
import { mapTypeNamed } from '../../src/maps/map-types.ts';
import type { Namespace } from './namespace.ts';
import { mapFolder } from './relay-host.ts';

/** A way in which an MTA looks the relay table up. */
export interface Lookup {
  /** As in its configuration, for the table of results. */
  readonly name: string;
  /** The `output` line's value, its path relative to {@link mapFolder}. */
  readonly output: string;
  /** The port of a server that looks up in this way alone. */
  readonly port: number;
  /** A recipient elsewhere, where the port alone does not tell the way. */
  readonly recipient?: string;
  readonly holdsNetworks?: boolean;
  /** Whether the MTA asks for each beginning of an IPv6 address too, up to a colon, and so lets neighbours relay. */
  readonly asksBeginnings?: boolean;
  /** What makes the server look at a new map, where it does not do so at the next connection. */
  readonly refresh?: {
    readonly name: string;
    readonly command: readonly string[];
    /** Whether it follows each of many replacements. */
    readonly each: boolean;
  };
  /**
   * The replies that a client gets at times, when its connection meets the very moment of a replacement, of an MTA
   * that then refuses to open the map; never leave to relay.
   */
  readonly atTimes?: string;
}

/** An MTA under test. */
export interface TestedMta {
  readonly name: string;
  /** The reply code for whoever may not relay. */
  readonly refusal: number;
  /** A recipient here, whom everybody may send mail to; undefined: the server has none. */
  readonly localRecipient?: string;
  readonly lookups: readonly Lookup[];
  /** Its own program that looks addresses up in a map, as `dump --maps` names it; undefined: it has none. */
  readonly program?: string;
  /** More `output` lines, of maps that tests of its own look at. */
  readonly moreOutputs?: readonly string[];
  /** Brings the MTA's files into the namespace, by {@link unpackPackages}, and returns its version. */
  prepare(host: Namespace): Promise<string>;
  /** Starts it; its maps are in place, empty. */
  start(host: Namespace): Promise<void>;
}

/** Returns the file that the MTA opens. */
export function mapFile({ output }: Lookup): string {
  const [name = '', place = ''] = output.split(' ');
  const [kind = '', path = ''] = place.includes(':') ? place.split(':') : ['', place];
  const type = mapTypeNamed(name);
  if (type === undefined) throw new Error(`no map type '${name}'`);
  const usual = { families: 'both', mode: 0o644, options: [], origin: '' } as const;
  return type.publishedPath({ ...usual, type: name, kind, path: join(mapFolder, path) });
}
