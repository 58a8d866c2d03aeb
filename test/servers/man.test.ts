/** The manual pages as mandoc reads them. */
import { spawnSync } from 'node:child_process';
import { beforeAll, expect, it } from 'vitest';
import { pageNames, pagesFolder } from '../man/mdoc.ts';
import { installPackages } from './install.ts';

beforeAll(() => {
  installPackages({ mandoc: 'mandoc' });
});

it.each(pageNames)('mandoc has nothing to say of %s', (name) => {
  const args = ['-T', 'lint', '-W', 'warning', pagesFolder + name];
  const { status, stdout } = spawnSync('mandoc', args, { encoding: 'utf8' });
  expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
});
