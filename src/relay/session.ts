/** What a line of a log tells of the session that it begins or ends. */

/**
 * What tells sessions of a server apart: an `id` that the server itself logs, or that its rule makes of the client; the
 * `process` that logs; or nothing at all.
 */
export const sessionKinds = ['id', 'process', 'none'] as const;

/** One of {@link sessionKinds}. */
export type SessionKind = (typeof sessionKinds)[number];

/** The server whose sessions a log shows. */
export interface SessionServer {
  /** Name of the rule. */
  readonly server: string;
  /** First program of the stanza: a rule may have several, and what holds of one says nothing of the others. */
  readonly stanza: string;
  /** The host that logged the line; '' where it names none. */
  readonly host: string;
}

/** The session that a line begins or ends. */
export interface Session extends SessionServer {
  readonly kind: SessionKind;
  /** The same at its beginning and at its end, and in no other session of this time; '' where nothing tells. */
  readonly key: string;
}
