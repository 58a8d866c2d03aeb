import { expect, it } from 'vitest';
import { ExitStatus } from '../src/exit-status.ts';
import { problemLine } from '../src/problem.ts';

it.each([
  ['journal:', 'journal: cannot read the journal: why; fix'],
  ['/var/log/mail.log', '/var/log/mail.log: cannot read the journal: why; fix'],
])('puts one colon after %s', (where, line) => {
  const problem = {
    status: ExitStatus.noInput,
    where,
    what: 'cannot read the journal',
    why: 'why',
    fix: 'fix',
  };
  expect(problemLine(problem)).toBe(line);
});
