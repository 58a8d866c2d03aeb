// What a minute costs in which nothing happens, as in most, or one user logs in.
import { appendFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeMaillog } from './generate-maillog.js';
import { compareOverJournal } from './journal.js';
import { idleNode, run } from './lab.js';
import { fillTable } from './large-table.js';
import { compare } from './measure.js';

const against = '`node -e 0`';

function rowOf(what, limit, command) {
  return { what, against, kind: 'cpu', limit, ...compare(command, idleNode).cpu };
}

/** A host with a hundred logins of the last minutes. */
function hostWithLogins(lab, name, settings = '') {
  const host = lab.host(name);
  appendFileSync(host.config, settings);
  writeMaillog(host.log, { lines: 100, mixture: 'logins only', from: Date.now() - 120_000 });
  return host;
}

/** The command line that cron has, when all that there is to do has been done. */
function idleRun(host) {
  const argv = host.byCron();
  run(argv);
  run(argv);
  return { argv };
}

function idle(lab) {
  const usual = idleRun(hostWithLogins(lab, 'idle'));
  const metrics = idleRun(hostWithLogins(lab, 'idle-metrics', 'metrics exact.prom\n'));
  return [
    rowOf('idle update, 100 logins in the table', 1.1, usual),
    rowOf('the same, the run is made since metrics are wanted', 2.5, metrics),
  ];
}

function idleWithMillion(lab) {
  const host = lab.host('idle-million');
  writeFileSync(host.log, '');
  fillTable(host, lab, Date.now());
  return [rowOf('idle update, a million entries', 1.1, idleRun(host))];
}

function idleWithJournal(lab) {
  const host = lab.host('idle-journal');
  writeFileSync(
    host.config,
    `maillog journal:\nstate ${join(dirname(host.text), 'state')}\noutput text ${host.text}\n`,
  );
  const { cpu } = compareOverJournal(dirname(host.log), host.byCron());
  return [{ what: 'idle update, the journal is the log', against, kind: 'cpu', limit: 2, ...cpu }];
}

function idleWithRevocations(lab) {
  const host = hostWithLogins(lab, 'idle-revocations');
  const since = Math.floor(Date.now() / 1000);
  const revoked = Array.from(
    { length: 100_000 },
    (_, index) => `user\tuser${index + 10_000}\t${since}\t${since + 86_400}\tbench\n`,
  );
  writeFileSync(join(dirname(host.text), 'state.revoked'), revoked.join(''), { mode: 0o600 });
  return [rowOf('idle update, 100,000 revocations', 1.5, idleRun(host))];
}

function oneLogin(lab) {
  const host = lab.host('one-login');
  const filled = writeMaillog(host.log, { lines: 100, mixture: 'logins only' });
  run(host.exact(filled, 'update'));
  const before = host.snapshot();
  const now = writeMaillog(host.log, { lines: 1, mixture: 'logins only', from: filled });
  return [
    rowOf('update, one login, text and cdb published', 2.2, { argv: host.exact(now, 'update'), before }),
  ];
}

/** By name, functions from a lab to rows of the table. */
export const minuteBenchmarks = {
  'update-idle': idle,
  'update-idle-million': idleWithMillion,
  'update-idle-journal': idleWithJournal,
  'update-idle-revocations': idleWithRevocations,
  'update-one-login': oneLogin,
};
