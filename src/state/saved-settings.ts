/**
 * The settings that a run goes on with where exact.conf cannot be used: what expiry and the maps need, and what tells
 * of a run. What it takes to read a log is not among them, since such a run reads none. A setting that an earlier
 * release did not have, or did not save, is the one that asks for nothing; what nobody can guess is damage.
 */
import { mapTypeNamed } from '../maps/map-types.ts';
import type { Output } from '../maps/output.ts';
import { isTable, tableRefusal } from '../maps/shared/shared-tables.ts';
import type { AdmissionLines, NamedNetwork, NamedPattern } from '../relay/admission.ts';
import { isNetwork, type Network, parseNetwork } from '../relay/network.ts';
import { count, word } from './common-values.ts';
import { array, type Decoder, flag, having, made, number, object, oneOf, optional, text } from './decode.ts';

/** Settings that a run leaves for the next. Durations are seconds. */
export interface SavedSettings extends AdmissionLines {
  /** Paths, or `journal:` with matches. */
  readonly maillogs: readonly string[];
  /** Zone of stamps that carry none, as in the zone database; undefined: the system's. */
  readonly timezone?: string;
  readonly timeout: number;
  /** The state file; cursors, revocations and lock lie beside it. */
  readonly state: string;
  readonly outputs: readonly Output[];
  /** undefined: no limit. */
  readonly maxAddressesPerUser?: number;
  /** undefined: no limit. */
  readonly maxUsersPerAddress?: number;
  readonly maxEntries: number;
  /** Bits, 48 to 128. */
  readonly ipv6Prefix: number;
  readonly sessions: boolean;
  readonly sessionLimit: number;
  /** After how long a problem that lasts is told again. */
  readonly warnRepeat: number;
  /** After how long without a login, while lines of a server arrive, a warning is due; undefined: never. */
  readonly warnSilent?: number;
  /** Where it is logged who was authorised, refused or revoked. */
  readonly logging: 'none' | 'syslog' | 'internal';
  /** The log that `internal` logging appends to; always there with it. */
  readonly logfile?: string;
  /** File for Prometheus text; undefined: none is written. */
  readonly metrics?: string;
  /** Commands, each an absolute path and its arguments. */
  readonly onChange: readonly (readonly string[])[];
}

/** Takes an output. */
export const savedOutput = having(
  object<Output>({
    type: text,
    path: word,
    kind: text,
    families: oneOf('both', 'ipv4', 'ipv6'),
    mode: having(count, (mode) => mode <= 0o7777, 'is not a file mode'),
    group: optional(word),
    options: array(word),
    origin: text,
  }),
  isOutput,
  'is not an output of this version',
);

/** Whether this version knows how to publish it, and it names what can be. */
function isOutput(value: Output): boolean {
  if (isTable(value)) return URL.canParse(value.path) && tableRefusal(value) === undefined;
  const type = mapTypeNamed(value.type);
  return type !== undefined && value.path.startsWith('/') && type.refusal?.(value, 128) === undefined;
}

/** A network is what its text says; its bytes follow from that. */
const network: Decoder<Network> = made(
  object<Pick<Network, 'text'>>({ text }),
  (value) => {
    const parsed = parseNetwork(value.text);
    return isNetwork(parsed) ? parsed : undefined;
  },
  'is not a network',
);

const duration = having(number, (seconds) => seconds >= 0, 'is not a duration');

const networks = optional(array(object<NamedNetwork>({ network, origin: text })), []);

const patterns = optional(array(object<NamedPattern>({ pattern: text, origin: text })), []);

const names = {
  state: word,
  outputs: array(savedOutput),
  timeout: duration,
  maillogs: optional(array(word), []),
  timezone: optional(text),
  ignore: networks,
  only: networks,
  users: patterns,
  notUsers: patterns,
  maxAddressesPerUser: optional(count),
  maxUsersPerAddress: optional(count),
  maxEntries: optional(count, Number.MAX_SAFE_INTEGER),
  ipv6Prefix: optional(
    having(count, (bits) => bits >= 48 && bits <= 128, 'is not a prefix length'),
    128,
  ),
  sessions: optional(flag, false),
  sessionLimit: optional(duration, 0),
  warnRepeat: optional(duration, 3600),
  warnSilent: optional(duration),
  logging: optional(oneOf('none', 'syslog', 'internal'), 'none'),
  logfile: optional(word),
  metrics: optional(word),
  onChange: optional(array(having(array(word), (words) => words.length > 0, 'names no program')), []),
} as const;

/** Takes saved settings. */
export const savedSettings: Decoder<SavedSettings> = object<SavedSettings>(names);

/** Returns those among more settings that are saved. */
export function settingsToSave(settings: SavedSettings): SavedSettings {
  const known = new Set(Object.keys(names));
  return Object.fromEntries(
    Object.entries(settings).filter(([name]) => known.has(name)),
  ) as unknown as SavedSettings;
}
