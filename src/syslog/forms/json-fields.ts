/** Which fields of a JSON line say what, in the order in which collectors are told apart. */

/** Field names of one collector, each list in the order of preference; a dot goes into an object. */
export interface JsonFields {
  /** Whose they are, for people. */
  readonly collector: string;
  readonly message: readonly string[];
  /** Empty: the message is a whole line, with an envelope of its own. */
  readonly program: readonly string[];
  readonly time: readonly string[];
  readonly host: readonly string[];
  readonly pid: readonly string[];
  /** Another field that must be there. */
  readonly has?: string;
  /** The time is when the line was written, not when it was read. */
  readonly isWritten?: boolean;
}

/** Fields of records that are collected from several containers, any of which may print what a client wrote. */
export const containerFields = ['kubernetes', 'container_name', 'container_id'];

/** Fields of collectors that read the journal, Vector's and filebeat's, which say how an entry came into it. */
export const transports = ['_TRANSPORT', 'systemd.transport', 'journald.transport'];

/**
 * The first row of which message, program and time are there serves. Sources: rsyslog's `jsonmesg` property and the
 * templates of its manual for Elasticsearch; syslog-ng's format-json with the scopes rfc3164, rfc5424 and nv-pairs;
 * Vector's `syslog`, `journald` and `file` sources; Fluent Bit's parsers.conf (syslog-rfc3164, syslog-rfc5424) and its
 * `tail` input; filebeat's `syslog` processor and its `syslog`, `journald` and `filestream` inputs; Docker's json-file
 * driver.
 */
export const jsonFields: readonly JsonFields[] = [
  {
    collector: 'Docker json-file',
    message: ['log'],
    program: [],
    time: ['time'],
    host: [],
    pid: [],
    has: 'stream',
    isWritten: true,
  },
  {
    collector: 'rsyslog jsonmesg',
    message: ['msg'],
    program: ['syslogtag', 'app-name', 'programname'],
    time: ['timereported', 'timegenerated', '@timestamp', 'timestamp'],
    host: ['hostname', 'host'],
    pid: ['procid'],
  },
  {
    collector: 'syslog-ng format-json',
    message: ['MESSAGE', 'MSG'],
    program: ['PROGRAM'],
    time: ['ISODATE', 'S_ISODATE', 'R_ISODATE', 'DATE', 'UNIXTIME'],
    host: ['HOST', 'HOST_FROM'],
    pid: ['PID'],
  },
  {
    collector: 'Vector syslog',
    message: ['message'],
    program: ['appname'],
    time: ['timestamp'],
    host: ['hostname', 'host'],
    pid: ['procid'],
  },
  {
    collector: 'Vector journald',
    message: ['message'],
    program: ['SYSLOG_IDENTIFIER', '_COMM'],
    time: ['timestamp', '@timestamp'],
    host: ['_HOSTNAME', 'host'],
    pid: ['_PID'],
  },
  {
    collector: 'Fluent Bit syslog parsers',
    message: ['message'],
    program: ['ident'],
    time: ['time', 'date', '@timestamp', 'timestamp'],
    host: ['host'],
    pid: ['pid'],
  },
  {
    collector: 'filebeat syslog and journald',
    message: ['message'],
    program: ['log.syslog.appname', 'syslog.identifier', 'process.program', 'process.name'],
    time: ['@timestamp'],
    host: ['log.syslog.hostname', 'host.hostname', 'hostname', 'host.name'],
    pid: ['log.syslog.procid', 'process.pid'],
  },
  {
    collector: 'rsyslog templates for Elasticsearch',
    message: ['message'],
    program: ['syslogtag', 'tag', 'programname', 'program', 'app-name'],
    time: ['@timestamp', 'timestamp', 'timereported', 'time'],
    host: ['hostname', 'host'],
    pid: ['procid', 'pid'],
  },
  // A whole line is read only where a file has it: an application's own message may be a client's from its beginning.
  {
    collector: 'Vector file',
    message: ['message'],
    program: [],
    time: ['timestamp', '@timestamp'],
    host: ['host'],
    pid: [],
    has: 'file',
  },
  {
    collector: 'filebeat filestream',
    message: ['message'],
    program: [],
    time: ['@timestamp'],
    host: ['host.hostname', 'host.name'],
    pid: [],
    has: 'log.file.path',
  },
  {
    collector: 'Fluent Bit tail',
    message: ['log'],
    program: [],
    time: ['date', '@timestamp', 'time', 'timestamp'],
    host: [],
    pid: [],
  },
];
