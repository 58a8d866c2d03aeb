// How fast `exact parse` finds logins, and how much memory it takes, whatever the length of the log.
import { run } from './lab.js';
import { compare, peakMemory } from './measure.js';

const million = 1_000_000;

/** The lines that are logins, as an admin would look for them. */
const loginPattern =
  '(imap|pop3)-login: Login: user=<|(imapd|pop3d): LOGIN, user=|cyrus/imap\\[[0-9]+\\]: login: ';

/** By the form of lines, what stands before the tag, and between the tag of a program (with its process, if it has one) and the message. */
const perlForms = {
  iso: { head: '(\\S+)\\ \\S+\\ ', afterTag: ':\\ ', afterPid: '\\[\\d+\\]:\\ ' },
  traditional: { head: '(\\w+\\ +\\d+\\ \\S+)\\ \\S+\\ ', afterTag: ':\\ ', afterPid: '\\[\\d+\\]:\\ ' },
  rfc5424: {
    head: '<\\d+>1\\ (\\S+)\\ \\S+\\ ',
    afterTag: '\\ -\\ -\\ -\\ ',
    afterPid: '\\ \\d+\\ -\\ -\\ ',
  },
};

/**
 * Prints time, address and user of each login, by one expression. Cyrus writes the address first: what looks ahead takes the
 * user before it.
 */
function onePerlLine({ head, afterTag, afterPid }) {
  return `
print "$1\\t$3\\t$2\\n" if /^${head}(?|
dovecot${afterTag}(?:imap|pop3)-login:\\ Login:\\ user=<([^>]*)>,\\ .*?\\ rip=([^,]+),
|(?:imapd|pop3d)${afterTag}LOGIN,\\ user=([^,]*),\\ ip=\\[(?:::ffff:)?([^\\]]+)\\]
|cyrus\\/\\w+${afterPid}login:\\ \\[(?=[^\\]]+\\]\\ (\\S+)\\ )([^\\]]+)\\]
)/x`;
}

function grep(log, ...options) {
  return ['env', 'LC_ALL=C', 'grep', '-E', ...options, loginPattern, log];
}

function perl(log, form = 'iso') {
  return ['perl', '-ne', onePerlLine(perlForms[form]), log];
}

/** Throws an Error unless the three find the same logins: a ratio between different answers says nothing. */
function checkAnswers(lab, log, form = 'iso') {
  const addressesAndUsers = (output) =>
    output.split('\n').map((line) => line.split('\t').slice(1, 3).join(' '));
  const [ours, theirs] = [lab.parse(log), perl(log, form)].map((argv) => addressesAndUsers(run(argv)));
  const count = form === 'iso' ? Number(run(grep(log, '-c'))) : theirs.length - 1;
  if (ours.length - 1 !== count) throw new Error(`parse finds ${ours.length - 1} logins, others ${count}`);
  const differing = ours.findIndex((login, index) => login !== theirs[index]);
  if (differing >= 0) throw new Error(`parse finds '${ours[differing]}', perl '${theirs[differing]}'`);
}

function againstGrep(lab) {
  const log = lab.maillog(million);
  checkAnswers(lab, log);
  const { wall } = compare({ argv: lab.parse(log), toPipe: true }, { argv: grep(log), toPipe: true });
  const what = 'parse a million lines, to a pipe';
  return [
    { what, against: '`LC_ALL=C grep -E` of the logins, to a pipe', kind: 'wall', limit: 1.2, ...wall },
  ];
}

function againstPerl(lab) {
  const log = lab.maillog(million);
  checkAnswers(lab, log);
  const theirs = { argv: perl(log), toPipe: true };
  const rows = { argv: lab.parse(log), toPipe: true };
  const json = { argv: [...lab.parse(log), '--json'], toPipe: true };
  const { wall, cpu } = compare(rows, theirs);
  const against = 'a perl line that prints the same fields';
  const what = 'parse a million lines, to a pipe';
  return [
    { what, against, kind: 'wall', limit: 0.5, ...wall },
    { what, against, kind: 'cpu', limit: 0.5, ...cpu },
    { what: `${what}, --json`, against, kind: 'cpu', limit: 0.55, ...compare(json, theirs).cpu },
  ];
}

function inOtherForms(lab) {
  return [
    ['traditional', 'parse a million lines with traditional stamps'],
    ['rfc5424', 'parse a million lines of RFC 5424'],
  ].map(([form, what]) => {
    const log = lab.maillog(million, 'usual', form);
    checkAnswers(lab, log, form);
    const { cpu } = compare({ argv: lab.parse(log), toPipe: true }, { argv: perl(log, form), toPipe: true });
    return { what, against: 'a perl line that prints the same fields', kind: 'cpu', limit: 0.55, ...cpu };
  });
}

/** Perl knows three servers of those that are in this log: it has less to do. */
function ofAllServers(lab) {
  const log = lab.samples();
  const { cpu } = compare({ argv: lab.parse(log), toPipe: true }, { argv: perl(log), toPipe: true });
  const what = 'parse 50 MB of the samples of all servers, over and over';
  return [{ what, against: 'the perl line, for three servers', kind: 'cpu', limit: 8, ...cpu }];
}

function ofFewLines(lab) {
  const log = lab.maillog(million / 10);
  const { wall } = compare({ argv: lab.parse(log), toPipe: true }, { argv: perl(log), toPipe: true });
  const what = 'parse a hundred thousand lines, to a pipe';
  return [{ what, against: 'a perl line that prints the same fields', kind: 'wall', limit: 1.7, ...wall }];
}

function withoutLogins(lab) {
  const log = lab.maillog(million, 'no login');
  const ours = { argv: lab.parse(log), toPipe: true, status: 1 };
  const { wall } = compare(ours, { argv: grep(log, '-c'), toPipe: true, status: 1 });
  const { cpu } = compare(ours, { argv: perl(log), toPipe: true });
  const what = 'parse a million lines without a login';
  return [
    { what, against: '`grep -c`', kind: 'wall', limit: 1.5, ...wall },
    { what, against: 'the perl line', kind: 'cpu', limit: 0.8, ...cpu },
  ];
}

function memory(lab) {
  const peaks = [million / 10, million, million * 5].map((lines) =>
    peakMemory({ argv: lab.parse(lab.maillog(lines)), toPipe: true }),
  );
  const medians = peaks.map((peak) => peak.median);
  return [
    {
      what: 'peak memory of parse, the most of 0.1, 1 and 5 million lines',
      against: '64 MB',
      kind: 'memory',
      limit: 1,
      ratio: Math.max(...medians) / 64,
      low: Math.min(...peaks.map((peak) => peak.low)) / 64,
      high: Math.max(...peaks.map((peak) => peak.high)) / 64,
      our: Math.max(...medians),
      their: 64,
    },
  ];
}

/** By name, functions from a lab to rows of the table. */
export const parseBenchmarks = {
  'parse-grep': againstGrep,
  'parse-perl': againstPerl,
  'parse-forms': inOtherForms,
  'parse-all-servers': ofAllServers,
  'parse-few-lines': ofFewLines,
  'parse-nothing': withoutLogins,
  'parse-memory': memory,
};
