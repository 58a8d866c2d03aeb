// How fast `exact parse` finds logins, and how much memory it takes, whatever the length of the log.
import { run } from './lab.js';
import { compare, peakMemory } from './measure.js';

const million = 1_000_000;

/** The lines that are logins, as an admin would look for them. */
const loginPattern =
  '(imap|pop3)-login: Login: user=<|(imapd|pop3d): LOGIN, user=|cyrus/imap\\[[0-9]+\\]: login: ';

/** Prints time, address, user and server of each login, as `exact parse` does. */
const onePerlLine = `
if (/^(\\S+) \\S+ dovecot: (?:imap|pop3)-login: Login: user=<([^>]*)>, .*? rip=([^,]+),/) { print "$1\\t$3\\t$2\\n" }
elsif (/^(\\S+) \\S+ (?:imapd|pop3d): LOGIN, user=([^,]*), ip=\\[(?:::ffff:)?([^\\]]+)\\]/) { print "$1\\t$3\\t$2\\n" }
elsif (/^(\\S+) \\S+ cyrus\\/\\w+\\[\\d+\\]: login: \\[([^\\]]+)\\] (\\S+) /) { print "$1\\t$2\\t$3\\n" }
`;

function grep(log, ...options) {
  return ['env', 'LC_ALL=C', 'grep', '-E', ...options, loginPattern, log];
}

function perl(log) {
  return ['perl', '-ne', onePerlLine, log];
}

/** Throws an Error unless the three find the same logins: a ratio between different answers says nothing. */
function checkAnswers(lab, log) {
  const addressesAndUsers = (output) =>
    output.split('\n').map((line) => line.split('\t').slice(1, 3).join(' '));
  const [ours, theirs] = [lab.parse(log), perl(log)].map((argv) => addressesAndUsers(run(argv)));
  const count = Number(run(grep(log, '-c')));
  if (ours.length - 1 !== count) throw new Error(`parse finds ${ours.length - 1} logins, grep ${count}`);
  const differing = ours.findIndex((login, index) => login !== theirs[index]);
  if (differing >= 0) throw new Error(`parse finds '${ours[differing]}', perl '${theirs[differing]}'`);
}

function againstGrep(lab) {
  const log = lab.maillog(million);
  checkAnswers(lab, log);
  const { wall } = compare({ argv: lab.parse(log), toPipe: true }, { argv: grep(log), toPipe: true });
  const what = 'parse a million lines, to a pipe';
  return [{ what, against: '`LC_ALL=C grep -E` of the logins, to a pipe', kind: 'wall', limit: 2, ...wall }];
}

function againstPerl(lab) {
  const log = lab.maillog(million);
  checkAnswers(lab, log);
  const { wall } = compare({ argv: lab.parse(log), toPipe: true }, { argv: perl(log), toPipe: true });
  const what = 'parse a million lines, to a pipe';
  return [{ what, against: 'a perl line that prints the same fields', kind: 'wall', limit: 0.6, ...wall }];
}

function withoutLogins(lab) {
  const log = lab.maillog(million, 'no login');
  const ours = { argv: lab.parse(log), toPipe: true, status: 1 };
  const { wall } = compare(ours, { argv: grep(log, '-c'), toPipe: true, status: 1 });
  return [
    {
      what: 'parse a million lines without a login',
      against: '`grep -c`',
      kind: 'wall',
      limit: 1.5,
      ...wall,
    },
  ];
}

function memory(lab) {
  const peaks = [million / 10, million, million * 5].map((lines) =>
    peakMemory({ argv: lab.parse(lab.maillog(lines)), toPipe: true }),
  );
  const medians = peaks.map((peak) => peak.median);
  return [
    {
      what: 'peak memory of parse, 0.1, 1 and 5 million lines',
      against: 'the least of the three',
      kind: 'memory',
      limit: 1.1,
      ratio: Math.max(...medians) / Math.min(...medians),
      low: Math.min(...peaks.map((peak) => peak.low)) / Math.min(...medians),
      high: Math.max(...peaks.map((peak) => peak.high)) / Math.min(...medians),
      our: Math.max(...medians),
      their: Math.min(...medians),
    },
  ];
}

/** By name, functions from a lab to rows of the table. */
export const parseBenchmarks = {
  'parse-grep': againstGrep,
  'parse-perl': againstPerl,
  'parse-nothing': withoutLogins,
  'parse-memory': memory,
};
