/** What `exact update --check` is told of a server. */

/** How a server and its database are. */
export interface Health {
  /** The name of the role, and that of the database. */
  readonly role: string;
  readonly database: string;
  /** The process that has answered, by its own word; another than the connection says where a pooler stands between. */
  readonly process: number;
  readonly isStandby: boolean;
  readonly isReadOnly: boolean;
  readonly encoding: string;
  /** What transactions are by default, and what this one is. */
  readonly defaultIsolation: string;
  readonly isolation: string;
  /** Unix seconds by its clock. */
  readonly time: number;
  readonly hasTable: boolean;
  /** Whether the role may make tables. */
  readonly mayCreate: boolean;
  /** What is not as the scripts of examples/ make it. */
  readonly missing: readonly string[];
  /** Rights that the role lacks, as `insert on exact_relay`. */
  readonly lacking: readonly string[];
  /** Tables that any role may write to. */
  readonly open: readonly string[];
}
