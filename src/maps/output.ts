/** What an `output` line of exact.conf asks for. */

/** One `output TYPE PATH [OPTION…]` line. */
export interface Output {
  /** Map type: `text`, `cdb`, `postmap`, … */
  readonly type: string;
  /**
   * The file it publishes, absolute; `postmap` and `makemap` keep the table kind apart. The whole URL for a
   * type that is named by one.
   */
  readonly path: string;
  /** `hash` of `postmap hash:/path`; '' for types that have no kinds. */
  readonly kind: string;
  /** Which addresses it holds. */
  readonly families: 'both' | 'ipv4' | 'ipv6';
  /** File mode of the published file. */
  readonly mode: number;
  /** Group name of the published file; undefined: the process's own. */
  readonly group?: string;
  /** Words after the path that only its type understands (`exim-net`, `merge=FILE`). */
  readonly options: readonly string[];
  /** Where the line stands: `FILE:LINE`, or `default`. */
  readonly origin: string;
}
