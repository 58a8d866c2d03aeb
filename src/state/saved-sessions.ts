/** What the logs have shown of sessions, as the cursors file keeps it from run to run: relay/session-memory.ts. */
import { digestLength } from '../relay/begun-sessions.ts';
import { mostUnmatched, type SavedEnds } from '../relay/end-counts.ts';
import { type SessionServer, sessionKinds } from '../relay/session.ts';
import type { SavedEnd, SavedSessions } from '../relay/session-memory.ts';
import { count, time } from './common-values.ts';
import { array, having, object, oneOf, text } from './decode.ts';

const server = { server: text, stanza: text, host: text } satisfies Record<keyof SessionServer, unknown>;

const kind = oneOf(...sessionKinds);

const digest = having(text, (value) => value.length === digestLength, 'is not a digest');

const digests = having(text, (value) => value.length % digestLength === 0, 'is not a row of digests');

const ends = having(
  object<SavedEnds>({
    ...server,
    kinds: array(kind),
    ends: count,
    unmatched: having(array(count), (numbers) => numbers.length <= mostUnmatched, 'has too many'),
    last: time,
  }),
  (value) => value.unmatched.every((number) => number <= value.ends),
  'has more unmatched ends than ends',
);

/** Takes what is known of the sessions of one log. */
export const savedSessions = object<SavedSessions>({
  servers: array(ends),
  begun: digests,
  begunBefore: digests,
  since: time,
  early: array(object<SavedEnd>({ ...server, kind, id: digest, time })),
});
